#include "core/archive/decompress.h"

#include <bzlib.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "core/base/error.h"
#include "core/base/mem.h"

#define INPUT_SIZE (128 * 1024)
#define ZSTD_MAX_WINDOW_LOG 27
#define XZ_MAX_MEMORY (128u << 20)

struct decompress {
    struct source from;
    enum compression kind;
    char *input;
    size_t at, end;
    bool source_ended;
    bool in_stream; /* inside a gzip member or a zstd frame */
    bool failed;
    z_stream gzip;
    bz_stream bzip2;
    lzma_stream xz;
    ZSTD_DCtx *zstd;
};

/* One step of a decompressor: from what is in @input into @into, sets the bytes made; -1 with *err. */
typedef int step_function(struct decompress *d, void *into, size_t len, size_t *ret_made, struct error **err);

/* Reads on when all input is used. */
static int refill(struct decompress *d, struct error **err)
{
    if (d->at < d->end || d->source_ended)
        return 0;
    long n = d->from.read(d->from.context, d->input, INPUT_SIZE, err);
    if (n < 0)
        return -1;
    d->at = 0;
    d->end = (size_t)n;
    d->source_ended = n == 0;
    return 0;
}

static int read_magic(struct decompress *d, struct error **err)
{
    while (d->end < 6 && !d->source_ended) {
        long n = d->from.read(d->from.context, d->input + d->end, INPUT_SIZE - d->end, err);
        if (n < 0)
            return -1;
        d->source_ended = n == 0;
        d->end += (size_t)n;
    }
    return 0;
}

static bool is_zstd(const unsigned char *magic)
{
    bool frame = !memcmp(magic, "\x28\xb5\x2f\xfd", 4);
    bool skippable = (magic[0] & 0xf0) == 0x50 && !memcmp(magic + 1, "\x2a\x4d\x18", 3);
    return frame || skippable;
}

static int start(struct decompress *d, struct error **err)
{
    if (read_magic(d, err) < 0)
        return -1;
    unsigned char magic[6] = { 0 };
    memcpy(magic, d->input, d->end < 6 ? d->end : 6);
    if (!memcmp(magic, "BZh", 3) && magic[3] >= '1' && magic[3] <= '9') {
        d->kind = COMPRESSION_BZIP2; /* set up for each member */
    } else if (!memcmp(magic, "\xfd" "7zXZ", 6)) {
        d->kind = COMPRESSION_XZ;
    } else if (magic[0] == 0x1f && magic[1] == 0x8b) {
        d->kind = COMPRESSION_GZIP;
        if (inflateInit2(&d->gzip, 15 + 16) != Z_OK)
            abort();
    } else if (is_zstd(magic)) {
        d->kind = COMPRESSION_ZSTD;
        d->zstd = ZSTD_createDCtx();
        if (!d->zstd || ZSTD_isError(ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, ZSTD_MAX_WINDOW_LOG)))
            abort();
    }
    return 0;
}

struct decompress *decompress_open(const struct source *from, struct error **err)
{
    struct decompress *d = mem_zalloc(sizeof *d);
    d->from = *from;
    d->input = mem_alloc(INPUT_SIZE);
    if (start(d, err) < 0) {
        decompress_close(d);
        return NULL;
    }
    return d;
}

void decompress_close(struct decompress *d)
{
    if (!d)
        return;
    if (d->kind == COMPRESSION_GZIP)
        inflateEnd(&d->gzip);
    if (d->kind == COMPRESSION_BZIP2)
        BZ2_bzDecompressEnd(&d->bzip2); /* one that was not set up is told apart */
    lzma_end(&d->xz);
    ZSTD_freeDCtx(d->zstd);
    free(d->input);
    free(d);
}

enum compression decompress_kind(const struct decompress *d)
{
    return d->kind;
}

static long read_plain(struct decompress *d, void *into, size_t len, struct error **err)
{
    if (d->at == d->end) /* the caller's buffer is as good as ours */
        return d->source_ended ? 0 : d->from.read(d->from.context, into, len, err);
    size_t ready = d->end - d->at;
    len = len < ready ? len : ready;
    memcpy(into, d->input + d->at, len);
    d->at += len;
    return (long)len;
}

static int step_gzip(struct decompress *d, void *into, size_t len, size_t *ret_made, struct error **err)
{
    if (!d->in_stream && inflateReset(&d->gzip) != Z_OK)
        abort();
    d->in_stream = true;
    d->gzip.next_in = (unsigned char *)d->input + d->at;
    d->gzip.avail_in = (unsigned)(d->end - d->at);
    d->gzip.next_out = into;
    d->gzip.avail_out = (unsigned)len;
    int rc = inflate(&d->gzip, Z_NO_FLUSH);
    d->at = d->end - d->gzip.avail_in;
    *ret_made = len - d->gzip.avail_out;
    if (rc == Z_STREAM_END)
        d->in_stream = false;
    else if (rc != Z_OK && rc != Z_BUF_ERROR)
        return error_set(err, ERROR_INVALID, 0, "archive: damaged gzip data: %s",
                         d->gzip.msg ? d->gzip.msg : "no gzip member");
    return 0;
}

static int step_bzip2(struct decompress *d, void *into, size_t len, size_t *ret_made, struct error **err)
{
    if (!d->in_stream) {
        BZ2_bzDecompressEnd(&d->bzip2);
        d->bzip2 = (bz_stream){ 0 };
        if (BZ2_bzDecompressInit(&d->bzip2, 0, 0) != BZ_OK)
            abort();
    }
    d->in_stream = true;
    d->bzip2.next_in = d->input + d->at;
    d->bzip2.avail_in = (unsigned)(d->end - d->at);
    d->bzip2.next_out = into;
    d->bzip2.avail_out = (unsigned)len;
    int rc = BZ2_bzDecompress(&d->bzip2);
    d->at = d->end - d->bzip2.avail_in;
    *ret_made = len - d->bzip2.avail_out;
    if (rc == BZ_STREAM_END)
        d->in_stream = false;
    else if (rc != BZ_OK)
        return error_set(err, ERROR_INVALID, 0, "archive: damaged bzip2 data");
    return 0;
}

static int step_xz(struct decompress *d, void *into, size_t len, size_t *ret_made, struct error **err)
{
    if (!d->in_stream && lzma_stream_decoder(&d->xz, XZ_MAX_MEMORY, 0) != LZMA_OK)
        abort();
    d->in_stream = true;
    d->xz.next_in = (const uint8_t *)d->input + d->at;
    d->xz.avail_in = d->end - d->at;
    d->xz.next_out = into;
    d->xz.avail_out = len;
    lzma_ret rc = lzma_code(&d->xz, LZMA_RUN);
    d->at = d->end - d->xz.avail_in;
    *ret_made = len - d->xz.avail_out;
    if (rc == LZMA_STREAM_END)
        d->in_stream = false;
    else if (rc == LZMA_MEMLIMIT_ERROR)
        return error_set(err, ERROR_UNSUPPORTED, 0, "archive: xz data that takes more than %u MiB of memory", XZ_MAX_MEMORY >> 20);
    else if (rc != LZMA_OK && rc != LZMA_BUF_ERROR)
        return error_set(err, ERROR_INVALID, 0, "archive: damaged xz data");
    return 0;
}

static int step_zstd(struct decompress *d, void *into, size_t len, size_t *ret_made, struct error **err)
{
    ZSTD_inBuffer in = { d->input, d->end, d->at };
    ZSTD_outBuffer out = { into, len, 0 };
    size_t rc = ZSTD_decompressStream(d->zstd, &out, &in);
    if (ZSTD_isError(rc))
        return error_set(err, ERROR_INVALID, 0, "archive: damaged zstd data: %s", ZSTD_getErrorName(rc));
    d->at = in.pos;
    *ret_made = out.pos;
    d->in_stream = rc != 0;
    return 0;
}

static step_function *const steps[] = {
    [COMPRESSION_BZIP2] = step_bzip2,
    [COMPRESSION_GZIP] = step_gzip,
    [COMPRESSION_XZ] = step_xz,
    [COMPRESSION_ZSTD] = step_zstd,
};

/* Fills as much of @into as it can: whoever parses the result works on large pieces. */
static long read_compressed(struct decompress *d, void *into, size_t len, struct error **err)
{
    size_t made = 0;
    while (made < len) {
        if (refill(d, err) < 0)
            return -1;
        size_t before = d->at;
        bool starved = before == d->end;
        if (starved && !d->in_stream)
            break;
        size_t more = 0;
        if (steps[d->kind](d, (char *)into + made, len - made, &more, err) < 0)
            return -1;
        if (!more && d->in_stream && (starved || d->at == before))
            return error_set(err, ERROR_INVALID, 0, "archive: the compressed data ends too early");
        made += more;
    }
    return (long)made;
}

static long read_some(void *context, void *into, size_t len, struct error **err)
{
    struct decompress *d = context;
    if (d->failed)
        return error_set(err, ERROR_INVALID, 0, "archive: reading after a failure");
    long n = d->kind == COMPRESSION_NONE ? read_plain(d, into, len, err) : read_compressed(d, into, len, err);
    d->failed = n < 0;
    return n;
}

struct source decompress_source(struct decompress *d)
{
    return (struct source){ d, read_some };
}
