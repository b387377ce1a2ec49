#pragma once
/* One 512-byte tar header block, and the records of a pax header. Private to core/archive. */
#include <stdbool.h>
#include <stdint.h>

#include "core/archive/tar.h"

struct arena;

#define TAR_BLOCK_BYTES 512

/* What a block says before extended headers are applied. */
struct tar_header {
    char type; /* the flag as written; '0' for files of any age */
    const char *name, *link; /* arena */
    int64_t mode, uid, gid, size, mtime, major, minor;
};

bool tar_block_is_zero(const unsigned char block[TAR_BLOCK_BYTES]);
/* -1 with ERROR_INVALID when the checksum or a number is wrong. */
int tar_header_parse(struct arena *arena, const unsigned char block[TAR_BLOCK_BYTES], struct tar_header *ret_header,
                     struct error **err);

/* What extended headers say about the next member. */
struct tar_extended {
    bool present;
    const char *path, *link; /* NULL: not given */
    bool has_size, has_uid, has_gid, has_mtime;
    int64_t size, uid, gid;
    struct timespec mtime;
    struct tar_xattr *xattrs;
    size_t xattr_count;
};

/* Parses the records of a pax header. @global: a header for the whole archive, whose records are checked and then
 * ignored as Go does; those that would change names or sizes are refused. */
int tar_pax_parse(struct arena *arena, const char *body, size_t len, bool global, struct tar_extended *ret_extended,
                  struct error **err);
