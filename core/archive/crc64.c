#include "core/archive/crc64.h"

#include <endian.h>
#include <string.h>

#define POLYNOMIAL 0xD800000000000000u

void crc64_prepare(struct crc64_tables *tables)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        uint64_t sum = byte;
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? POLYNOMIAL : 0);
        tables->at[0][byte] = sum;
    }
    for (int distance = 1; distance < 8; distance++)
        for (unsigned byte = 0; byte < 256; byte++) {
            uint64_t before = tables->at[distance - 1][byte];
            tables->at[distance][byte] = before >> 8 ^ tables->at[0][before & 255];
        }
}

uint64_t crc64_add(const struct crc64_tables *tables, uint64_t sum, const void *data, size_t len)
{
    const unsigned char *at = data;
    sum = ~sum;
    for (; len >= 8; at += 8, len -= 8) { /* eight bytes at a time, each looked up by its distance from the end */
        uint64_t word;
        memcpy(&word, at, 8);
        word = le64toh(word) ^ sum;
        sum = 0;
        for (int i = 0; i < 8; i++)
            sum ^= tables->at[7 - i][word >> (8 * i) & 255];
    }
    for (; len; at++, len--)
        sum = tables->at[0][(sum ^ *at) & 255] ^ sum >> 8;
    return ~sum;
}
