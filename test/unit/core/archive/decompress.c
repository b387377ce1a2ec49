#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include "core/archive/ahead.h"
#include "core/archive/decompress.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "test/unit/core/archive/tape.h"

#define BIG 3000000

static char *sample(size_t len)
{
    char *text = mem_alloc(len);
    uint32_t seed = 1;
    for (size_t i = 0; i < len; i++) {
        seed = seed * 1664525 + 1013904223;
        text[i] = (char)('a' + (seed >> 28));
    }
    return text;
}

static void add_gzip(struct buf *out, const char *text, size_t len)
{
    z_stream stream = { 0 };
    assert_int_equal(deflateInit2(&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&stream, len);
    char *into = buf_reserve(out, room);
    stream.next_in = (unsigned char *)text;
    stream.avail_in = (unsigned)len;
    stream.next_out = (unsigned char *)into;
    stream.avail_out = (unsigned)room;
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out->len += stream.total_out;
    deflateEnd(&stream);
}

static void add_zstd(struct buf *out, const char *text, size_t len)
{
    size_t room = ZSTD_compressBound(len);
    char *into = buf_reserve(out, room);
    size_t made = ZSTD_compress(into, room, text, len, 1);
    assert_false(ZSTD_isError(made));
    out->len += made;
}

static int read_all(const struct buf *packed, size_t step, bool ahead, struct buf *into, enum compression *ret_kind,
                    struct error **err)
{
    struct memory memory = { packed->data, packed->len, step };
    struct source source = { &memory, memory_read };
    autodecompress struct decompress *decompress = decompress_open(&source, err);
    if (!decompress)
        return -1;
    *ret_kind = decompress_kind(decompress);
    struct source plain = decompress_source(decompress);
    autoahead struct ahead *reader = ahead_open(&plain);
    struct source from = ahead ? ahead_source(reader) : plain;
    for (;;) {
        char piece[70000];
        long n = from.read(from.context, piece, sizeof piece, err);
        if (n <= 0)
            return (int)n;
        buf_append(into, piece, (size_t)n);
    }
}

static void gives(const struct buf *packed, enum compression kind, const char *text, size_t len)
{
    static const size_t steps[] = { 0, 1000, 4093 };
    for (int i = 0; i < 6; i++) {
        autobuf got = BUF(8 << 20);
        autoerror *err = NULL;
        enum compression seen;
        if (read_all(packed, steps[i / 2], i % 2, &got, &seen, &err) < 0)
            fail_msg("%s", err->message);
        assert_int_equal(seen, kind);
        assert_int_equal(got.len, len);
        if (len)
            assert_memory_equal(got.data, text, len);
    }
}

static void refuses(const struct buf *packed, enum error_kind kind)
{
    for (int i = 0; i < 2; i++) {
        autobuf got = BUF(8 << 20);
        autoerror *err = NULL;
        enum compression seen;
        assert_int_equal(read_all(packed, 0, i, &got, &seen, &err), -1);
        assert_int_equal(err->kind, kind);
    }
}

static void plain_bytes_pass(void **state)
{
    (void)state;
    autofree char *text = sample(BIG);
    gives(&(struct buf){ .data = text, .len = BIG }, COMPRESSION_NONE, text, BIG);
    gives(&(struct buf){ .data = text, .len = 3 }, COMPRESSION_NONE, text, 3);
    gives(&(struct buf){ .data = text, .len = 0 }, COMPRESSION_NONE, text, 0);
}

static void gzip_of_one_or_more_members_is_inflated(void **state)
{
    (void)state;
    autofree char *text = sample(BIG);
    autobuf one = BUF(8 << 20), three = BUF(8 << 20);
    add_gzip(&one, text, BIG);
    gives(&one, COMPRESSION_GZIP, text, BIG);
    add_gzip(&three, text, 100000);
    add_gzip(&three, text, 0);
    add_gzip(&three, text + 100000, BIG - 100000);
    gives(&three, COMPRESSION_GZIP, text, BIG);
}

/* Name, comment, extra field (estargz has one) and header checksum, in whatever pieces they arrive. */
static void gzip_headers_with_everything_in_them_are_read(void **state)
{
    (void)state;
    autofree char *text = sample(100000);
    autobuf body = BUF(1 << 20), packed = BUF(1 << 20);
    add_gzip(&body, text, 100000);
    buf_append(&packed, "\x1f\x8b\x08\x1e\0\0\0\0\0\xff\x05\0extraname\0comment", 29);
    buf_append(&packed, "\0", 1);
    unsigned long sum = crc32(0, (const unsigned char *)packed.data, (unsigned)packed.len) & 0xffff;
    buf_putc(&packed, (char)(sum & 255));
    buf_putc(&packed, (char)(sum >> 8));
    buf_append(&packed, body.data + 10, body.len - 10);
    gives(&packed, COMPRESSION_GZIP, text, 100000);
    autobuf got = BUF(8 << 20);
    autoerror *err = NULL;
    enum compression kind;
    assert_int_equal(read_all(&packed, 1, false, &got, &kind, &err), 0);
    assert_int_equal(got.len, 100000);
}

static void zstd_of_one_or_more_frames_is_decompressed(void **state)
{
    (void)state;
    autofree char *text = sample(BIG);
    autobuf frames = BUF(8 << 20);
    buf_append(&frames, "\x51\x2a\x4d\x18\x03\0\0\0abc", 11); /* skippable */
    add_zstd(&frames, text, 500000);
    buf_append(&frames, "\x50\x2a\x4d\x18\0\0\0\0", 8);
    add_zstd(&frames, text + 500000, BIG - 500000);
    gives(&frames, COMPRESSION_ZSTD, text, BIG);
}

static void truncated_streams_are_refused(void **state)
{
    (void)state;
    autofree char *text = sample(BIG);
    autobuf gzip = BUF(8 << 20), zstd = BUF(8 << 20);
    add_gzip(&gzip, text, BIG);
    size_t full = gzip.len;
    for (size_t cut = 1; cut <= 12; cut += 3) { /* inside the trailer, too */
        gzip.len = full - cut;
        refuses(&gzip, ERROR_INVALID);
    }
    gzip.len = full / 2;
    refuses(&gzip, ERROR_INVALID);
    gzip.len = 5;
    refuses(&gzip, ERROR_INVALID);
    add_zstd(&zstd, text, BIG);
    zstd.len -= 1;
    refuses(&zstd, ERROR_INVALID);
}

static void damaged_streams_are_refused(void **state)
{
    (void)state;
    autofree char *text = sample(BIG);
    autobuf sum = BUF(8 << 20), size = BUF(8 << 20), middle = BUF(8 << 20);
    add_gzip(&sum, text, BIG);
    buf_append(&middle, sum.data, sum.len);
    buf_append(&size, sum.data, sum.len);
    sum.data[sum.len - 7] ^= 1;
    refuses(&sum, ERROR_INVALID);
    size.data[size.len - 2] ^= 1;
    refuses(&size, ERROR_INVALID);
    memset(middle.data + middle.len / 2, 0xff, 64);
    refuses(&middle, ERROR_INVALID);
}

static void what_follows_a_stream_must_be_one(void **state)
{
    (void)state;
    autobuf gzip = BUF(1 << 20), zstd = BUF(1 << 20);
    add_gzip(&gzip, "text", 4);
    buf_puts(&gzip, "garbage behind it");
    refuses(&gzip, ERROR_INVALID);
    add_zstd(&zstd, "text", 4);
    buf_puts(&zstd, "garbage behind it");
    refuses(&zstd, ERROR_INVALID);
}

static void add_bzip2(struct buf *out, const char *text, size_t len)
{
    unsigned room = (unsigned)(len + len / 100 + 600);
    char *into = buf_reserve(out, room);
    assert_int_equal(BZ2_bzBuffToBuffCompress(into, &room, (char *)text, (unsigned)len, 1, 0, 0), BZ_OK);
    out->len += room;
}

static void add_xz(struct buf *out, const char *text, size_t len)
{
    size_t room = lzma_stream_buffer_bound(len), made = 0;
    char *into = buf_reserve(out, room);
    assert_int_equal(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, NULL, (const uint8_t *)text, len, (uint8_t *)into, &made, room), LZMA_OK);
    out->len += made;
}

/* Two of them one after the other, read in pieces; then cut short, damaged, and followed by something else. */
static void reads_both(void (*add)(struct buf *out, const char *text, size_t len), enum compression expected)
{
    autofree char *text = sample(BIG);
    autobuf packed = BUF(2 * BIG);
    add(&packed, text, BIG / 2);
    add(&packed, text + BIG / 2, BIG - BIG / 2);
    for (size_t step = 0; step < 8000; step += 7777) {
        autobuf into = BUF(BIG + 1);
        autoerror *err = NULL;
        enum compression kind;
        if (read_all(&packed, step, step, &into, &kind, &err) < 0)
            fail_msg("%s", err->message);
        assert_int_equal(kind, expected);
        assert_int_equal(into.len, BIG);
        assert_memory_equal(into.data, text, BIG);
    }
    struct buf cut = { .data = packed.data, .len = packed.len / 2 };
    refuses(&cut, ERROR_INVALID);
    packed.data[packed.len / 3] ^= 0x55;
    refuses(&packed, ERROR_INVALID);
    autobuf followed = BUF(BIG);
    add(&followed, "text", 4);
    buf_puts(&followed, "garbage behind it");
    refuses(&followed, ERROR_INVALID);
}

static void bzip2_of_one_or_more_members_is_decompressed(void **state)
{
    (void)state;
    reads_both(add_bzip2, COMPRESSION_BZIP2);
}

static void xz_of_one_or_more_streams_is_decompressed(void **state)
{
    (void)state;
    reads_both(add_xz, COMPRESSION_XZ);
}

static long fail_after(void *context, void *into, size_t len, struct error **err)
{
    int *left = context;
    if (!(*left)--)
        return error_set(err, ERROR_UNAVAILABLE, 0, "the registry went away");
    memset(into, 'x', len);
    return (long)len;
}

static void reading_ahead_reports_a_failure_after_what_came_before(void **state)
{
    (void)state;
    int left = 50;
    struct source failing = { &left, fail_after };
    autoahead struct ahead *ahead = ahead_open(&failing);
    struct source source = ahead_source(ahead);
    autoerror *err = NULL;
    char *piece = mem_alloc(1 << 18);
    size_t total = 0;
    long n;
    while ((n = source.read(source.context, piece, 1 << 18, &err)) > 0)
        total += (size_t)n;
    free(piece);
    assert_int_equal(n, -1);
    assert_int_equal(err->kind, ERROR_UNAVAILABLE);
    assert_int_equal(total, 50 << 18);
}

static void reading_ahead_can_be_given_up(void **state)
{
    (void)state;
    int left = 1 << 30;
    struct source endless = { &left, fail_after };
    autoahead struct ahead *ahead = ahead_open(&endless);
    struct source source = ahead_source(ahead);
    autoerror *err = NULL;
    autofree char *piece = mem_alloc(1 << 18);
    for (int i = 0; i < 10; i++)
        assert_true(source.read(source.context, piece, 1 << 18, &err) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_bytes_pass),
        cmocka_unit_test(gzip_of_one_or_more_members_is_inflated),
        cmocka_unit_test(gzip_headers_with_everything_in_them_are_read),
        cmocka_unit_test(zstd_of_one_or_more_frames_is_decompressed),
        cmocka_unit_test(truncated_streams_are_refused),
        cmocka_unit_test(damaged_streams_are_refused),
        cmocka_unit_test(what_follows_a_stream_must_be_one),
        cmocka_unit_test(bzip2_of_one_or_more_members_is_decompressed),
        cmocka_unit_test(xz_of_one_or_more_streams_is_decompressed),
        cmocka_unit_test(reading_ahead_reports_a_failure_after_what_came_before),
        cmocka_unit_test(reading_ahead_can_be_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
