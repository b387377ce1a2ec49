#pragma once
/* JSON request bodies to wire structs. Private to api/. */
#include "api/call.h"

struct request;

/* Sets call->body for routes that take JSON; members nobody knows are added to call->unknown. -1 with ERROR_INVALID or
 * ERROR_TOO_LARGE, or what the transport says. */
int body_read(struct call *call, const struct request *request, struct error **err);
