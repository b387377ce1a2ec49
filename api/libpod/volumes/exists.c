/* GET /libpod/volumes/{name}/exists */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/volume/volume.h"

#define EXISTS_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the volume")
PARAMS(exists_params, EXISTS_PARAMS)

static int get_exists(struct call *call, struct error **err)
{
    const struct exists_params *p = call->params;
    struct volume volume;
    if (volume_find(call->engine, call->arena, p->name, &volume, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_volumes_exists[] = {
    {
        ROUTE(GET, "/libpod/volumes/{name}/exists"),
        .id = "VolumeExistsLibpod",
        .tag = "volumes",
        .summary = "Whether a volume exists",
        .params = exists_params_table,
        .rights = "volumes:read",
        .handler = get_exists,
        .responses = { { 204, NULL, "It does", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, INTERNAL_ERROR },
    },
    { 0 },
};
