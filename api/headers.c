#include "api/headers.h"

#include <stdatomic.h>
#include <stdio.h>

#include "api/call.h"
#include "core/base/arena.h"
#include "core/system/system.h"

#define WARNING_MAX 400

static void add_reference_id(struct call *call)
{
    static atomic_ullong last;
    char text[32];
    const char *sent = call->ops->header(call, "X-Reference-Id");
    if (!sent) {
        snprintf(text, sizeof text, "0x%010llx", atomic_fetch_add_explicit(&last, 1, memory_order_relaxed) + 1);
        sent = text;
    }
    call->ops->add_header(call, "X-Reference-Id", sent);
}

void headers_add_common(struct call *call, bool accepted)
{
    void (*add)(struct call *, const char *, const char *) = call->ops->add_header;
    add(call, "Api-Version", CORACLE_API_VERSION);
    if (call->dialect == DIALECT_LIBPOD) {
        add(call, "Libpod-Api-Version", CORACLE_LIBPOD_VERSION);
        add(call, "Server", "Libpod/" CORACLE_LIBPOD_VERSION " (linux)");
        add_reference_id(call);
        return;
    }
    if (accepted)
        add(call, "Docker-Experimental", "false");
    add(call, "Ostype", "linux");
    add(call, "Server", "Docker/" CORACLE_VERSION " (linux)");
}

void headers_add_warning(struct call *call, const char *text)
{
    char *line = arena_printf(call->arena, "299 coracled \"%.*s\"", WARNING_MAX, text);
    for (unsigned char *at = (unsigned char *)line + 14; at[1]; at++)
        if (*at < ' ' || *at > '~' || *at == '"' || *at == '\\')
            *at = '?';
    call->ops->add_header(call, "Warning", line);
}
