#pragma once
/*
 * Writing tar-split: what is needed beside the unpacked files to give back the very bytes of a layer's tar. A gzipped
 * list of JSON objects, in the order of the archive: raw bytes (headers, padding, trailer), and for each member its
 * name with size and CRC-64 of its payload.
 *
 * It listens to the tar reader that unpacks (struct tar_observer).
 * Source of truth: github.com/vbatts/tar-split as containers/storage uses it; storage-format.md section 6.
 */
#include "core/archive/tar.h"

struct tarsplit;

#define TARSPLIT_MAX_MEMBERS (4u << 20)

#define autotarsplit __attribute__((cleanup(tarsplit_cleanup)))

/* Owned. Writes to @fd, borrowed. */
struct tarsplit *tarsplit_open(int fd);
void tarsplit_close(struct tarsplit *split);
/* Refuses (ERROR_INVALID) a path that is in the archive twice: no reader of tar-split could give it back. */
struct tar_observer tarsplit_observer(struct tarsplit *split);
/* After the reader's tar_finish(). */
int tarsplit_finish(struct tarsplit *split, struct error **err);

static inline void tarsplit_cleanup(struct tarsplit **split)
{
    tarsplit_close(*split);
}
