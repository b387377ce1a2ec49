#pragma once
/*
 * A line for every call that changes something, and for every call that was refused: who, what, and how it ended.
 *
 * It is written when the reply begins, before its first byte; of a call nobody waited for and of varlink's, at its end. Values that come
 * from clients are escaped, so that nobody writes a second line or another field. Bodies and queries are not in it.
 */
#include <stdbool.h>

struct audit;
struct caller;
struct error;

struct audit_line {
    const struct caller *caller;
    const char *route;   /* id, or varlink method */
    const char *object;  /* what it is about, as the client wrote it; NULL for nothing */
    const char *verdict; /* "allowed", "refused" */
    const char *status;  /* of the reply: an HTTP status, or a varlink error */
};

/* @to: "journal" or an absolute path; "none" gives NULL without *err. Owned. */
struct audit *audit_open(const char *to, struct error **err);
void audit_close(struct audit *audit);
/* Thread-safe. What cannot be written there goes to the log. @audit: NULL writes nothing */
void audit_write(struct audit *audit, const struct audit_line *line);
