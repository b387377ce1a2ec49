#pragma once
/*
 * Heads and bodies, checked against what the route declares. A status or shape it does not declare is a mistake of
 * ours: test builds abort, others answer 500. Private to api/; handlers use call.h.
 */
#include "api/call.h"

/* Sends a head the route needs not declare (errors, redirects). */
int reply_head(struct call *call, int status, const char *content_type, long long length, struct error **err);
/* Head and body; the body of a HEAD request is left out. */
int reply_body(struct call *call, int status, const char *content_type, const char *data, size_t len,
               struct error **err);
/* Whether the route names the status at all, or every route has it (400, 403, 413, 500, 501, 503, 504). */
bool reply_is_declared(const struct route *route, int status);
/* -1 with ERROR_INTERNAL in normal builds. */
int reply_undeclared(struct call *call, int status, const char *what, struct error **err);
/* A handler ended well without a word: an empty stream is begun and so ended, anything else is undeclared. */
int reply_finish(struct call *call, struct error **err);
/* Fills call->sink. */
void reply_make_sink(struct call *call);
