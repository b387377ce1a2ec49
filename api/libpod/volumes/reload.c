/* POST /libpod/volumes/reload */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/volume/volume.h"

static int post_reload(struct call *call, struct error **err)
{
    struct volume_reload report;
    if (volume_reload(call->engine, call->arena, &report, err) < 0)
        return -1;
    const struct libpod_volume_reload shown = { report.added, report.removed, report.errors };
    return reply(call, 200, libpod_volume_reload_schema(), &shown, err);
}

const struct route libpod_volumes_reload[] = {
    {
        ROUTE(POST, "/libpod/volumes/reload"),
        .id = "VolumeReloadLibpod",
        .tag = "volumes",
        .summary = "Take over the volumes that plugins have, and forget those they have no more; podman has this as a command alone",
        .rights = "system:write",
        .handler = post_reload,
        .responses = { { 200, libpod_volume_reload_schema, "What changed", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
