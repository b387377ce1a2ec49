#pragma once
/* A log file on its way to a client: blocks of records in, frames out. Private to core/container. */
#include "core/container/container.h"
#include "core/container/log/record.h"

struct bell;

#define LOG_BLOCK ((size_t)256 << 10)

struct log_stream {
    const struct container_log_query *query;
    const struct sink *sink;
    int fd;          /* owned; -1 before the file exists */
    char *in, *out;  /* owned; LOG_BLOCK, 2 * LOG_BLOCK */
    size_t in_len, out_len;
    bool skipping;   /* inside a record too long to be one */
    bool middle[3];  /* by stream: the next record continues a line */
    bool past_until; /* nothing later counts */
    struct log_clock clock;
};

/* @query, @sink: borrowed as long as the stream lives */
void log_stream_init(struct log_stream *stream, const struct container_log_query *query, const struct sink *sink);
void log_stream_free(struct log_stream *stream);
/* Everything up to the present end of the file, to the client. */
int log_stream_drain(struct log_stream *stream, struct error **err);
/* Another file, from its start: what the old one left unfinished is forgotten. @fd: taken over */
void log_stream_switch(struct log_stream *stream, int fd);

/* Where the last @lines lines begin. -1 with errno. */
int64_t log_tail_offset(int fd, int64_t lines);

struct log_source {
    const char *path;
    struct bell *bell;              /* rings when a container's state may have changed; needed to follow */
    bool (*is_live)(void *context); /* false: nothing more will be written */
    void *context;
};
/* Sends what the query asks for; with follow, until the container ended, `until` passed or the client left. */
int log_send(const struct log_source *source, const struct container_log_query *query, const struct sink *sink,
             struct error **err);
