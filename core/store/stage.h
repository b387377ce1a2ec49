#pragma once
/* A layer between its archive and its record. Private to core/store. */
#include "core/archive/decompress.h"
#include "core/archive/unpack.h"
#include "core/store/internal.h"

#define DIGEST_SIZE 72 /* "sha256:", 64 digits and a NUL */

struct store_staged {
    struct store *store;
    struct staging staging;    /* holds diff/ and tar-split.gz */
    enum compression compression;
    char diff_digest[DIGEST_SIZE], compressed_digest[DIGEST_SIZE];
    int64_t diff_size, compressed_size;
    struct unpack_result content;
};
