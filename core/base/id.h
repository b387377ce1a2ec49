#pragma once
/*
 * Identifiers and digests: 64 hex digits of randomness for containers and execs, SHA-256 of content for images.
 */
#include <stddef.h>

#define ID_HEX_SIZE 65 /* 64 digits and a NUL */

void id_random(char ret_id[ID_HEX_SIZE]);
/* A short random name part of @digits lower-case letters and digits; ret_text holds digits + 1 bytes. */
void id_random_short(char *ret_text, size_t digits);

/* SHA-256 as a stream. Owned; sha256_finish() releases. */
struct sha256;
struct sha256 *sha256_start(void);
void sha256_add(struct sha256 *sum, const void *data, size_t len);
/* Writes 64 hex digits, without "sha256:". ret_hex may be NULL to drop the sum. */
void sha256_finish(struct sha256 *sum, char ret_hex[ID_HEX_SIZE]);
void sha256_hex(const void *data, size_t len, char ret_hex[ID_HEX_SIZE]);
#define SHA1_SIZE 20
/* For handshakes that ask for it; no protection. */
void sha1_sum(const void *data, size_t len, unsigned char ret_sum[SHA1_SIZE]);
