#include "core/network/request.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/netavark.h"

#define MAX_REQUEST (4u << 20)

const char *request_text(struct arena *arena, const struct netavark_request *request, struct error **err)
{
    autobuf text = BUF(MAX_REQUEST);
    schema_encode(&text, netavark_request_schema(), request, SCHEMA_NEWEST);
    if (!text.full)
        return arena_strdup(arena, buf_text(&text));
    error_set(err, ERROR_TOO_LARGE, 0, "netavark's input is larger than %u bytes", MAX_REQUEST);
    return NULL;
}

struct netavark_request *request_load(struct engine *engine, struct arena *arena, const char *container_id, struct error **err)
{
    autofree char *text = path_read(netavark_request_path(engine, arena, container_id), MAX_REQUEST, NULL, err);
    if (!text)
        return NULL;
    const char *kept = arena_strdup(arena, text);
    return schema_decode(arena, netavark_request_schema(), kept, strlen(kept), SCHEMA_LIMITS, NULL, err);
}

int request_store(struct engine *engine, struct arena *arena, const char *container_id, const char *text, struct error **err)
{
    return path_write_atomic(netavark_request_path(engine, arena, container_id), text, strlen(text), 0600, false, err);
}

void request_add(struct arena *arena, struct netavark_request *request, const char *network, const struct netavark_attachment *attachment,
                 const char *document)
{
    size_t count = request->networks.count;
    void *more = arena_array(arena, count + 1, sizeof *request->networks.items);
    if (count)
        memcpy(more, request->networks.items, count * sizeof *request->networks.items);
    request->networks.items = more;
    request->networks.items[count].key = network;
    request->networks.items[count].value = *attachment;
    request->networks.count++;
    str_map_set(arena, &request->network_info, network, document);
}

static struct netavark_request part(struct arena *arena, const struct netavark_request *request, const char *network, bool only)
{
    struct netavark_request result = *request;
    result.networks.items = NULL;
    result.networks.count = 0;
    result.network_info = (struct str_map){ 0 };
    for (size_t i = 0; i < request->networks.count; i++) {
        const char *name = request->networks.items[i].key;
        if (!strcmp(name, network) == only)
            request_add(arena, &result, name, &request->networks.items[i].value, str_map_get(&request->network_info, name));
    }
    return result;
}

struct netavark_request request_only(struct arena *arena, const struct netavark_request *request, const char *network)
{
    return part(arena, request, network, true);
}

struct netavark_request request_without(struct arena *arena, const struct netavark_request *request, const char *network)
{
    return part(arena, request, network, false);
}
