#pragma once
/* A request's body: so many bytes, or chunks, read strictly and never past its end. */
#include <stdbool.h>
#include <stddef.h>

struct connection;
struct error;
struct head;

struct body {
    struct connection *connection;
    bool chunked, done, expects_continue, broken;
    unsigned long long left; /* of the length, or of the present chunk */
    bool in_chunk;
};

void body_open(struct body *body, struct connection *connection, const struct head *head);
/* Bytes, 0 at the end, -1 with *err: ERROR_INVALID for broken chunks, ERROR_CANCELLED when the client left. */
long body_take(struct body *body, void *into, size_t len, struct error **err);
/* A client that sent Expect: 100-continue waits for this word before it sends the body. body_take() says it; who
 * replies with success first has to say it before the reply's head. It goes to the connection's `out`. */
void body_say_continue(struct body *body);
/* The reply is a refusal: a client that waits for the word will not hear it. True when one waits: it may or may not
 * send the body now, so no other request can follow. */
bool body_withhold_continue(struct body *body);
/* More is left than body_finish() would drop. */
bool body_is_long(const struct body *body);
/* Reads and drops what is left, up to a bound; false: the connection cannot be used again. */
bool body_finish(struct body *body);
