#include "api/openapi/serve.h"

#include "core/base/error.h"

#define OPENAPI_MAX_BYTES ((size_t)16 << 20)

int openapi_reply(struct call *call, enum openapi_document which, const char *content_type, struct error **err)
{
    autobuf text = BUF(OPENAPI_MAX_BYTES);
    openapi_print(call->arena, which, &text);
    if (text.full)
        return error_set(err, ERROR_INTERNAL, 0, "the document is more than %zu bytes", text.max);
    return reply_text(call, 200, content_type, buf_text(&text), err);
}
