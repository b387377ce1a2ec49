/* POST /libpod/containers/{name}/mount */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/buf.h"
#include "core/container/container.h"

#define PATH_MAX_JSON (64u << 10)

#define MOUNT_PARAMS(P) P(PATH, STR, container, "name", NULL, "Name or id of the container")
PARAMS(mount_params, MOUNT_PARAMS)

static int post_mount(struct call *call, struct error **err)
{
    const struct mount_params *p = call->params;
    const char *path;
    autobuf text = BUF(PATH_MAX_JSON);
    if (container_mount(call->engine, call->arena, p->container, call_rules(call), &path, err) < 0)
        return -1;
    schema_encode_text(&text, path);
    return reply_json(call, 200, buf_text(&text), err);
}

const struct route libpod_containers_mount[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/mount"),
        .id = "ContainerMountLibpod",
        .tag = "containers",
        .summary = "Mount the root of a container on the machine; to be unmounted as often",
        .params = mount_params_table,
        .rights = "containers:copy",
        .handler = post_mount,
        .responses = {
            { 200, NULL, "Where it is: a path of the machine, as JSON", RAW, "application/json" }, BAD_PARAMETER, NO_SUCH_CONTAINER,
            CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
