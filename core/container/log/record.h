#pragma once
/*
 * Records of a k8s-file log: "TIME STREAM TAG TEXT\n", where TAG P means that more of the line follows in the next
 * record of the same stream. Private to core/container.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_TIME_LENGTH 30 /* "2006-01-02T15:04:05.000000000Z", as Docker shows it */
#define LOG_HEAD_MAX 64    /* no record's time, stream and tag are longer */

struct log_record {
    const char *time; /* into the line */
    size_t time_len;
    int stream;       /* 1 stdout, 2 stderr */
    bool partial;
    const char *text; /* without the newline */
    size_t len;
};
/* @line: without its newline; false when it is no record */
bool log_record_parse(const char *line, size_t len, struct log_record *ret_record);

/* The last second seen: lines come by the thousand with the same one. */
struct log_clock {
    char seen[26]; /* 19 of the time and 6 of its zone; empty at first */
    int64_t seconds;
    char utc[20];
};
/* Unix ns of a record's time; 0 when it is none. */
int64_t log_clock_read(struct log_clock *clock, const struct log_record *record);
/* Its time in UTC, LOG_TIME_LENGTH characters, without a NUL. */
void log_clock_format(struct log_clock *clock, const struct log_record *record, char *ret_text);
