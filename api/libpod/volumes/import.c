/* POST /libpod/volumes/{name}/import */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/volume/volume.h"

#define IMPORT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the volume")
PARAMS(import_params, IMPORT_PARAMS)

static int post_import(struct call *call, struct error **err)
{
    const struct import_params *p = call->params;
    const struct source body = call_body(call);
    if (volume_import(call->engine, p->name, &body, err) < 0)
        return -1;
    return reply_empty(call, 204, err);
}

const struct route libpod_volumes_import[] = {
    {
        ROUTE(POST, "/libpod/volumes/{name}/import"),
        .id = "VolumeImportLibpod",
        .tag = "volumes",
        .summary = "Put what a tar has, plain or compressed, over the content of a volume",
        .params = import_params_table,
        .body_kind = BODY_STREAM,
        .rights = "volumes:copy",
        .handler = post_import,
        .responses = { { 204, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, INTERNAL_ERROR },
    },
    { 0 },
};
