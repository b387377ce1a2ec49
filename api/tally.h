#pragma once
/*
 * Counts of calls by route and status, and how long they took: for metrics. Threads add to counters of their route
 * without a lock; nobody else waits for them.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TALLY_UNROUTED ((size_t)-1) /* no route has this path or method */

struct tally;
struct tally *tally_new(void); /* owned */
void tally_free(struct tally *tally);

/* A call begins; returns when, for its end. @tally: NULL counts nothing */
int64_t tally_begin(struct tally *tally);
/* @number: of the route (struct match), or of a varlink method by tally_method() */
void tally_end(struct tally *tally, size_t number, int status, int64_t began);
struct varlink_method;
size_t tally_method(const struct varlink_method *method);

/* ---- reading ---- */

#define TALLY_STATUSES 20
extern const int tally_statuses[TALLY_STATUSES]; /* 0 stands for any other */
#define TALLY_BUCKETS 11
extern const double tally_buckets[TALLY_BUCKETS]; /* upper bounds in seconds */

struct tally_row {
    const char *route; /* id, or name of a method; "" for what has none */
    const char *interface; /* of the method; NULL */
    uint64_t by_status[TALLY_STATUSES];
    uint64_t by_bucket[TALLY_BUCKETS + 1]; /* each for itself; the last: beyond them */
    uint64_t total_ns;
};
/* Rows of routes that were called, one at a time: false at the end. @cursor: 0 at first */
bool tally_next(const struct tally *tally, size_t *cursor, struct tally_row *ret_row);
