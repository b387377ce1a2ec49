#pragma once
/* A document as an answer. */
#include "api/call.h"
#include "api/openapi/openapi.h"

int openapi_reply(struct call *call, enum openapi_document which, const char *content_type, struct error **err);
