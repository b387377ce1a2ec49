#pragma once
/* CRC-64 with the ISO polynomial (reflected 0xD8…00, all ones in and out): what tar-split keeps of each payload. */
#include <stddef.h>
#include <stdint.h>

struct crc64_tables {
    uint64_t at[8][256];
};

void crc64_prepare(struct crc64_tables *tables);
/* Starts with 0; the result of one piece is the @sum of the next. */
uint64_t crc64_add(const struct crc64_tables *tables, uint64_t sum, const void *data, size_t len);
