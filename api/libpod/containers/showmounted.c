/* GET /libpod/containers/showmounted */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/buf.h"
#include "core/container/container.h"

#define MOUNTED_MAX_JSON (64u << 20)

static int get_showmounted(struct call *call, struct error **err)
{
    struct str_map mounted;
    autobuf text = BUF(MOUNTED_MAX_JSON);
    if (container_mounted(call->engine, call->arena, &mounted, err) < 0)
        return -1;
    for (size_t i = 0; i < mounted.count; i++) {
        buf_putc(&text, i ? ',' : '{');
        schema_encode_text(&text, mounted.items[i].key);
        buf_putc(&text, ':');
        schema_encode_text(&text, mounted.items[i].value);
    }
    buf_puts(&text, mounted.count ? "}" : "{}");
    return reply_json(call, 200, buf_text(&text), err);
}

const struct route libpod_containers_showmounted[] = {
    {
        ROUTE(GET, "/libpod/containers/showmounted"),
        .id = "ContainerShowMountedLibpod",
        .tag = "containers",
        .summary = "Which containers have their root mounted, and where",
        .rights = "containers:read",
        .handler = get_showmounted,
        .responses = { { 200, NULL, "Id to path, as JSON", RAW, "application/json" }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
