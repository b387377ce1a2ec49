#pragma once
/*
 * The head gate: one HTTP/1.x request head, checked byte by byte before anything acts on it.
 *
 * It takes less than the standard allows, on purpose: what two parsers could read differently is refused. Refused are
 * bare line feeds, control bytes, NUL and %00, folded lines, blanks before the colon, two lengths of any kind, lengths
 * together with chunks, any transfer coding but "chunked", chunks on HTTP/1.0, and on HTTP/1.1 no Host or two of them.
 *
 * Source of truth: RFC 9112 (framing), RFC 9110 (fields).
 */
#include <stdbool.h>
#include <stddef.h>

#define HEAD_MAX_TARGET 16384 /* more is 414 */
#define HEAD_MAX_BYTES 65536  /* more is 431, as more fields are */
#define HEAD_MAX_FIELDS 100

struct head_field {
    const char *name, *value;
};
struct head {
    const char *method, *target; /* target: origin form */
    int minor;                   /* of HTTP/1.x */
    struct head_field fields[HEAD_MAX_FIELDS];
    size_t field_count;
    long long length; /* -1: none */
    bool chunked, expect_continue;
    bool close;          /* the client wants no further request: said so, or HTTP/1.0 without keep-alive */
    const char *upgrade; /* what the client wants to change to; NULL */
};

/* How far the search for the head's end has come: zero before the first bytes of each head. */
struct head_progress {
    size_t looked; /* bytes that were looked at */
    size_t line;   /* where the present line begins */
};

/*
 * Looks at the bytes received so far and, once the head is whole, cuts them into NUL-terminated texts in place.
 *
 * @progress: kept between the calls for one head, so that one that comes byte by byte is not searched again and again
 * Returns 0 when more bytes are needed; 200 when the head is whole (@ret_consumed bytes of @data belong to it and must
 * stay while @head is used); else the status to refuse with (400, 414, 417, 431) and why (static text).
 */
int head_parse(char *data, size_t len, struct head_progress *progress, struct head *head, size_t *ret_consumed,
               const char **ret_why);

/* Any letter case; NULL when absent. */
const char *head_field(const struct head *head, const char *name);
