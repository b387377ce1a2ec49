/* POST /libpod/images/load */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/image/image.h"

static int post_load(struct call *call, struct error **err)
{
    struct libpod_load_report report = { 0 };
    const struct source body = call_body(call);
    if (image_load(call->engine, call->arena, &body, &report.names, err) < 0)
        return -1;
    return reply(call, 200, libpod_load_report_schema(), &report, err);
}

const struct route libpod_images_load[] = {
    {
        ROUTE(POST, "/libpod/images/load"),
        .id = "ImageLoadLibpod",
        .tag = "images",
        .summary = "Load images from an archive",
        .body_kind = BODY_STREAM,
        .rights = "images:write",
        .handler = post_load,
        .responses = {
            { 200, libpod_load_report_schema, "What was loaded", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
