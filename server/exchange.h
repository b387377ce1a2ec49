#pragma once
/* One request and its reply: the ops through which handlers answer over HTTP. */
#include <stdbool.h>

#include "api/call.h"
#include "core/base/buf.h"
#include "server/body.h"

struct connection;
struct head;

struct exchange { /* what call->transport is */
    struct connection *connection;
    const struct head *head;
    struct body body;   /* the request's */
    struct buf *fields; /* reply headers so far; borrowed, empty at first */
    bool head_request;  /* HEAD: the reply's body is not sent */
    bool chunked;       /* the reply is */
    bool stream;        /* the reply's length is not known */
    bool close;         /* after this reply */
    long long left;     /* of a reply with a length */
};

extern const struct call_ops exchange_ops;

const char *exchange_reason(int status); /* "Not Found" */
/* Sends the end of the reply. False: the client left, or the handler sent less than it announced. */
bool exchange_finish(struct exchange *exchange);
