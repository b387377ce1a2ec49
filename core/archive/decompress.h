#pragma once
/*
 * Decompression of a stream by what it starts with: gzip (any number of members), zstd (any number of frames, skippable
 * ones too), or nothing. Memory is bounded: 128 KiB of input, and at most 128 MiB of zstd window.
 */
#include "core/base/sink.h"

enum compression {
    COMPRESSION_NONE,
    COMPRESSION_GZIP = 2,
    COMPRESSION_ZSTD = 4
}; /* as containers/storage numbers them */

struct decompress;

#define autodecompress __attribute__((cleanup(decompress_cleanup)))

/* Looks at the first bytes. Owned; @from is copied, its context borrowed. NULL with *err:
 *   ERROR_UNSUPPORTED  bzip2 or xz */
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
