/* DELETE /libpod/volumes/{name} */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/volume/volume.h"

#define REMOVE_PARAMS(P)                                                                                       \
    P(PATH, STR, name, "name", NULL, "Name of the volume")                                                     \
    P(QUERY, BOOL, force, "force", "false", "Remove the containers that use it first")                         \
    P(QUERY, OPT_I64, timeout, "timeout", NULL, "With force: seconds they get to stop")
PARAMS(remove_params, REMOVE_PARAMS)

static int delete_volume(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    if (p->timeout && !p->force)
        return error_set(err, ERROR_INVALID, 0, "timeout: %lld says nothing without force", (long long)*p->timeout);
    int rc = p->force ? container_remove_volume(call->engine, p->name, p->timeout, err)
                      : volume_remove(call->engine, p->name, false, err);
    return rc < 0 ? -1 : reply_empty(call, 204, err);
}

const struct route libpod_volumes_item[] = {
    {
        ROUTE(DELETE, "/libpod/volumes/{name}"),
        .id = "VolumeDeleteLibpod",
        .tag = "volumes",
        .summary = "Remove a volume",
        .params = remove_params_table,
        .rights = "volumes:write",
        .handler = delete_volume,
        .responses = { { 204, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
