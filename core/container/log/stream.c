#include "core/container/log/stream.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/sink.h"

#define FLUSH_AT ((size_t)128 << 10)
#define FRAME_HEAD 8

void log_stream_init(struct log_stream *stream, const struct container_log_query *query, const struct sink *sink)
{
    *stream = (struct log_stream){
        .query = query, .sink = sink, .fd = -1, .in = mem_alloc(LOG_BLOCK), .out = mem_alloc(2 * LOG_BLOCK)
    };
}

void log_stream_free(struct log_stream *stream)
{
    fd_close(fd_take(&stream->fd));
    free(stream->in);
    free(stream->out);
}

void log_stream_switch(struct log_stream *stream, int fd)
{
    fd_close(stream->fd);
    stream->fd = fd;
    stream->in_len = 0;
    stream->skipping = stream->middle[1] = stream->middle[2] = false;
}

static int flush(struct log_stream *stream, struct error **err)
{
    size_t len = stream->out_len;
    stream->out_len = 0;
    return len ? stream->sink->write(stream->sink->context, stream->out, len, err) : 0;
}

static bool wanted(struct log_stream *stream, const struct log_record *record)
{
    const struct container_log_query *query = stream->query;
    if (query->since_unix_ns || query->until_unix_ns) {
        int64_t time = log_clock_read(&stream->clock, record);
        if (query->until_unix_ns && time > query->until_unix_ns)
            stream->past_until = true;
        if (stream->past_until || time < query->since_unix_ns)
            return false;
    }
    return record->stream == 1 ? query->out : query->err;
}

/* Room is certain: a record is at most LOG_BLOCK, and the output is flushed long before it is half full. */
static void put(struct log_stream *stream, const struct log_record *record)
{
    const struct container_log_query *query = stream->query;
    bool stamp = query->timestamps && !stream->middle[record->stream];
    size_t len = record->len + !record->partial;
    char *at = stream->out + stream->out_len;
    stream->middle[record->stream] = record->partial;
    if (query->framed) {
        uint32_t size = htobe32((uint32_t)(len + (stamp ? LOG_TIME_LENGTH + 1 : 0)));
        memset(at, 0, 4);
        *at = (char)record->stream;
        memcpy(at + 4, &size, sizeof size);
        at += FRAME_HEAD;
    }
    if (stamp) {
        log_clock_format(&stream->clock, record, at);
        at[LOG_TIME_LENGTH] = ' ';
        at += LOG_TIME_LENGTH + 1;
    }
    memcpy(at, record->text, record->len);
    if (!record->partial)
        at[record->len] = '\n';
    stream->out_len = (size_t)(at - stream->out) + len;
}

static int take_line(struct log_stream *stream, const char *line, size_t len, struct error **err)
{
    struct log_record record;
    if (stream->skipping) {
        stream->skipping = false;
        return 0;
    }
    if (!log_record_parse(line, len, &record) || !wanted(stream, &record))
        return 0;
    if (!record.len && record.partial)
        return 0;
    put(stream, &record);
    return stream->out_len >= FLUSH_AT ? flush(stream, err) : 0;
}

/* Whole lines out of the input; what is left stays for the next block. */
static int take_block(struct log_stream *stream, struct error **err)
{
    const char *at = stream->in, *end = stream->in + stream->in_len, *newline;
    while (at < end && !stream->past_until && (newline = memchr(at, '\n', (size_t)(end - at)))) {
        if (take_line(stream, at, (size_t)(newline - at), err) < 0)
            return -1;
        at = newline + 1;
    }
    size_t left = (size_t)(end - at);
    if (left == LOG_BLOCK) { /* longer than any record conmon writes: nothing we could show */
        stream->skipping = true;
        left = 0;
    }
    memmove(stream->in, end - left, left);
    stream->in_len = left;
    return 0;
}

int log_stream_drain(struct log_stream *stream, struct error **err)
{
    while (stream->fd >= 0 && !stream->past_until) {
        ssize_t n = read(stream->fd, stream->in + stream->in_len, LOG_BLOCK - stream->in_len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ERROR_INTERNAL, errno, "reading the log");
        if (n == 0)
            break;
        stream->in_len += (size_t)n;
        if (take_block(stream, err) < 0)
            return -1;
    }
    return flush(stream, err);
}
