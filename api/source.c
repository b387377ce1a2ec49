#include "api/call.h"

static long read_body(void *context, void *into, size_t len, struct error **err)
{
    struct call *call = context;
    return call->ops->read(call, into, len, err);
}

struct source call_body(struct call *call)
{
    return (struct source){ .context = call, .read = read_body };
}
