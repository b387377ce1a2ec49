/* POST /libpod/images/import */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define IMPORT_PARAMS(P)                                                                            \
    P(QUERY, STR, reference, "reference", NULL, "Name of the image")                                \
    P(QUERY, STR, message, "message", NULL, "Comment")                                              \
    P(QUERY, LIST, changes, "changes", NULL, "Dockerfile instructions to apply")                    \
    P(QUERY, STR, url, "url", NULL, "Fetch it from there: not supported, send it as the body")      \
    P(QUERY, STR, os, "OS", NULL, "Operating system")                                               \
    P(QUERY, STR, arch, "Architecture", NULL, "Architecture")                                       \
    P(QUERY, STR, variant, "Variant", NULL, "Variant of the architecture")
PARAMS(image_import_params, IMPORT_PARAMS)

static int post_import(struct call *call, struct error **err)
{
    const struct image_import_params *p = call->params;
    struct image_import_options options = { .reference = p->reference, .message = p->message, .changes = p->changes };
    if (!str_empty(p->url))
        return error_set(err, ERROR_UNSUPPORTED, 0, "url: \"%s\" is not fetched: expected the archive as the body", p->url);
    if (!str_empty(p->arch))
        options.platform = arena_printf(call->arena, "%s/%s%s%s", str_or(p->os, "linux"), p->arch, str_empty(p->variant) ? "" : "/",
                                        str_or(p->variant, ""));
    const struct source body = call_body(call);
    char id[65];
    if (image_import(call->engine, &body, &options, id, err) < 0)
        return -1;
    const struct libpod_id made = { .id = id };
    return reply(call, 200, libpod_id_schema(), &made, err);
}

const struct route libpod_images_import[] = {
    {
        ROUTE(POST, "/libpod/images/import"),
        .id = "ImageImportLibpod",
        .tag = "images",
        .summary = "Make an image from a root file system archive",
        .params = image_import_params_table,
        .body_kind = BODY_STREAM,
        .rights = "images:write",
        .handler = post_import,
        .responses = {
            { 200, libpod_id_schema, "The image", REPLY_OBJECT, NULL }, BAD_PARAMETER,
            { 501, NULL, "Something asked for is not supported", REPLY_OBJECT, NULL }, INTERNAL_ERROR,
        },
    },
    { 0 },
};
