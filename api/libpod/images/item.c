/* DELETE /libpod/images/{name...} */
#include "api/call.h"
#include "api/libpod/images/removal.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/image/image.h"

#define REMOVE_PARAMS(P)                                                                        \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")                                 \
    P(QUERY, BOOL, force, "force", "false", "Also when containers that do not run use it")
PARAMS(image_remove_params, REMOVE_PARAMS)

int libpod_remove_image(struct call *call, const char *name, bool force, bool noprune, struct libpod_remove_report *report,
                        struct error **err)
{
    struct image_removal removal = { 0 };
    if (image_remove(call->engine, call->arena, name, force, false, noprune, &removal, err) < 0)
        return -1;
    for (size_t i = 0; i < removal.untagged.count; i++)
        str_list_add(call->arena, &report->untagged, removal.untagged.items[i]);
    for (size_t i = 0; i < removal.deleted.count; i++)
        str_list_add(call->arena, &report->deleted, removal.deleted.items[i]);
    return 0;
}

static int delete_image(struct call *call, struct error **err)
{
    const struct image_remove_params *p = call->params;
    struct libpod_remove_report report = { 0 };
    if (libpod_remove_image(call, p->name, p->force, false, &report, err) < 0)
        return -1;
    return reply(call, 200, libpod_remove_report_schema(), &report, err);
}

const struct route libpod_images_item[] = {
    {
        ROUTE(DELETE, "/libpod/images/{name...}"),
        .id = "ImageDeleteLibpod",
        .tag = "images",
        .summary = "Remove an image",
        .params = image_remove_params_table,
        .rights = "images:write",
        .handler = delete_image,
        .responses = {
            { 200, libpod_remove_report_schema, "What was removed", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
