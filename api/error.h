#pragma once
/* An error as each dialect says it. Private to api/. */
#include "api/call.h"

struct error;

/* Answers with @failure in the dialect's shape. -1 when the answer could not be sent. */
int error_reply(struct call *call, const struct error *failure);
/* What a router says when there is no handler: JSON for Docker, plain text for libpod. */
int error_reply_unrouted(struct call *call, int status);
