#include "core/archive/tarsplit.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "core/archive/crc64.h"
#include "core/archive/names.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/schema/schema.h"

#define SEGMENT_SIZE (48 * 1024) /* a multiple of 3; readers hold one at a time */
#define OUT_SIZE (64 * 1024)
#define MAX_LINE (SEGMENT_SIZE * 2)

struct tarsplit {
    int fd;
    z_stream gzip;
    unsigned char *out;
    struct buf segment, line;
    struct arena *scratch;
    struct crc64_tables crc;
    struct names paths;
    uint64_t position;
    /* of the current member */
    char *name;
    int64_t size;
    uint64_t sum;
};

struct tarsplit *tarsplit_open(int fd)
{
    struct tarsplit *split = mem_zalloc(sizeof *split);
    split->fd = fd;
    split->out = mem_alloc(OUT_SIZE);
    split->segment = BUF(SEGMENT_SIZE);
    split->line = BUF(MAX_LINE);
    split->scratch = arena_new();
    crc64_prepare(&split->crc);
    names_init(&split->paths);
    if (deflateInit2(&split->gzip, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    split->gzip.next_out = split->out;
    split->gzip.avail_out = OUT_SIZE;
    return split;
}

void tarsplit_close(struct tarsplit *split)
{
    if (!split)
        return;
    deflateEnd(&split->gzip);
    names_free(&split->paths);
    arena_free(split->scratch);
    buf_free(&split->segment);
    buf_free(&split->line);
    free(split->name);
    free(split->out);
    free(split);
}

static int write_out(struct tarsplit *split, struct error **err)
{
    const unsigned char *at = split->out;
    size_t len = OUT_SIZE - split->gzip.avail_out;
    while (len) {
        ssize_t n = write(split->fd, at, len);
        if (n < 0 && errno != EINTR)
            return error_set(err, ERROR_INTERNAL, errno, "writing tar-split");
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        }
    }
    split->gzip.next_out = split->out;
    split->gzip.avail_out = OUT_SIZE;
    return 0;
}

static int flush_line(struct tarsplit *split, struct error **err)
{
    if (split->line.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: a tar-split entry of more than %d bytes", MAX_LINE);
    split->gzip.next_in = (unsigned char *)split->line.data;
    split->gzip.avail_in = (unsigned)split->line.len;
    while (split->gzip.avail_in) {
        if (deflate(&split->gzip, Z_NO_FLUSH) == Z_STREAM_ERROR)
            abort();
        if (!split->gzip.avail_out && write_out(split, err) < 0)
            return -1;
    }
    buf_clear(&split->line);
    arena_reset(split->scratch);
    return 0;
}

static int flush_segment(struct tarsplit *split, struct error **err)
{
    if (!split->segment.len)
        return 0;
    buf_puts(&split->line, "{\"type\":2,\"payload\":\"");
    buf_puts(&split->line, str_base64(split->scratch, split->segment.data, split->segment.len));
    buf_printf(&split->line, "\",\"position\":%llu}\n", (unsigned long long)split->position++);
    buf_clear(&split->segment);
    return flush_line(split, err);
}

static int on_bytes(void *context, const void *data, size_t len, struct error **err)
{
    struct tarsplit *split = context;
    const char *at = data;
    while (len) {
        size_t room = SEGMENT_SIZE - split->segment.len, n = len < room ? len : room;
        buf_append(&split->segment, at, n);
        at += n;
        len -= n;
        if (split->segment.len == SEGMENT_SIZE && flush_segment(split, err) < 0)
            return -1;
    }
    return 0;
}

static int on_member(void *context, const struct tar_member *member, struct error **err)
{
    struct tarsplit *split = context;
    if (!names_add(&split->paths, member->path))
        return error_set(err, ERROR_INVALID, 0, "archive: %s is in it twice", member->path);
    if (split->paths.count > TARSPLIT_MAX_MEMBERS)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: more than %u members", TARSPLIT_MAX_MEMBERS);
    free(split->name);
    split->name = mem_strdup(member->name);
    split->size = member->size;
    split->sum = 0;
    return flush_segment(split, err);
}

static int on_payload(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    struct tarsplit *split = context;
    split->sum = crc64_add(&split->crc, split->sum, data, len);
    return 0;
}

/* Go reads names that are no UTF-8 from another member, or they would come back changed. */
static bool is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        int more = *at < 0x80                  ? 0
                   : *at >= 0xc2 && *at < 0xe0 ? 1
                   : *at >= 0xe0 && *at < 0xf0 ? 2
                   : *at >= 0xf0 && *at < 0xf5 ? 3
                                               : -1;
        if (more < 0)
            return false;
        if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) || (*at == 0xf0 && at[1] < 0x90) ||
            (*at == 0xf4 && at[1] > 0x8f))
            return false;
        for (at++; more; more--, at++)
            if ((*at & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static int on_member_end(void *context, struct error **err)
{
    struct tarsplit *split = context;
    if (is_utf8(split->name)) {
        buf_puts(&split->line, "{\"type\":1,\"name\":");
        schema_encode_text(&split->line, split->name);
    } else {
        buf_printf(&split->line, "{\"type\":1,\"name_raw\":\"%s\"",
                   str_base64(split->scratch, split->name, strlen(split->name)));
    }
    if (split->size) {
        uint64_t big = htobe64(split->sum);
        buf_printf(&split->line, ",\"size\":%lld,\"payload\":\"%s\"", (long long)split->size,
                   str_base64(split->scratch, &big, sizeof big));
    } else {
        buf_puts(&split->line, ",\"payload\":null");
    }
    buf_printf(&split->line, ",\"position\":%llu}\n", (unsigned long long)split->position++);
    return flush_line(split, err);
}

struct tar_observer tarsplit_observer(struct tarsplit *split)
{
    return (struct tar_observer){ split, on_bytes, on_member, on_payload, on_member_end };
}

int tarsplit_finish(struct tarsplit *split, struct error **err)
{
    if (flush_segment(split, err) < 0)
        return -1;
    for (;;) {
        int rc = deflate(&split->gzip, Z_FINISH);
        if (rc == Z_STREAM_ERROR)
            abort();
        if (write_out(split, err) < 0)
            return -1;
        if (rc == Z_STREAM_END)
            return 0;
    }
}
