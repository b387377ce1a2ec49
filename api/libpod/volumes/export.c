/* GET /libpod/volumes/{name}/export */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/volume/volume.h"

#define EXPORT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the volume")
PARAMS(export_params, EXPORT_PARAMS)

static int get_export(struct call *call, struct error **err)
{
    const struct export_params *p = call->params;
    return volume_export(call->engine, p->name, &call->sink, err);
}

const struct route libpod_volumes_export[] = {
    {
        ROUTE(GET, "/libpod/volumes/{name}/export"),
        .id = "VolumeExportLibpod",
        .tag = "volumes",
        .summary = "The content of a volume as a tar",
        .params = export_params_table,
        .rights = "volumes:copy",
        .handler = get_export,
        .responses = { { 200, NULL, "The archive", RAW, "application/x-tar" }, BAD_PARAMETER, NO_SUCH_VOLUME, INTERNAL_ERROR },
    },
    { 0 },
};
