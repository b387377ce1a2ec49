#pragma once
/*
 * Decompression of a stream by what it starts with: gzip and bzip2 (any number of members), xz (any number of
 * streams), zstd (any number of frames, skippable ones too), or nothing. Memory is bounded: 128 KiB of input, and at most
 * 128 MiB of what xz or zstd look back at.
 */
#include "core/base/sink.h"

enum compression {
    COMPRESSION_NONE,
    COMPRESSION_BZIP2 = 1,
    COMPRESSION_GZIP = 2,
    COMPRESSION_XZ = 3,
    COMPRESSION_ZSTD = 4
}; /* as containers/storage numbers them */

struct decompress;

#define autodecompress __attribute__((cleanup(decompress_cleanup)))

/* Looks at the first bytes. Owned; @from is copied, its context borrowed. NULL with *err of @from. */
struct decompress *decompress_open(const struct source *from, struct error **err);
void decompress_close(struct decompress *decompress);
enum compression decompress_kind(const struct decompress *decompress);
/* The plain bytes; valid as long as the decompressor. Ends only at the true end of @from; ERROR_INVALID when that comes
 * too early, checksums are wrong, or something that is not compressed follows. */
struct source decompress_source(struct decompress *decompress);

static inline void decompress_cleanup(struct decompress **decompress)
{
    decompress_close(*decompress);
}
