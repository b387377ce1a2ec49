/* DELETE /libpod/images/remove */
#include "api/call.h"
#include "api/libpod/images/removal.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define REMOVE_MANY_PARAMS(P)                                                                               \
    P(QUERY, LIST, images, "images", NULL, "Names or ids")                                                  \
    P(QUERY, BOOL, all, "all", "false", "Every image")                                                      \
    P(QUERY, BOOL, force, "force", "false", "Also when containers that do not run use it")                  \
    P(QUERY, BOOL, ignore, "ignore", "false", "A missing image is no error")                                \
    P(QUERY, BOOL, noprune, "noprune", "false", "Keep parents without a name")                              \
    P(QUERY, BOOL, lookup_manifest, "lookupManifest", "false", "Heard: a list of images is found like any")
PARAMS(remove_many_params, REMOVE_MANY_PARAMS)

static int all_images(struct call *call, struct str_list *ret_ids, struct error **err)
{
    static const struct image_filters every;
    struct image *images;
    size_t count;
    if (image_list(call->engine, call->arena, &every, true, false, &images, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        str_list_add(call->arena, ret_ids, images[i].id);
    return 0;
}

/* podman's codes: 1 when one was not found, 2 when one is in use, which wins. */
static void note_failure(struct call *call, struct libpod_remove_report *report, const struct error *failure)
{
    str_list_add(call->arena, &report->errors, arena_strdup(call->arena, failure->message));
    if (failure->kind == ERROR_CONFLICT)
        report->exit_code = 2;
    else if (failure->kind == ERROR_NOT_FOUND && report->exit_code != 2)
        report->exit_code = 1;
    else if (!report->exit_code)
        report->exit_code = 125;
}

static int delete_images(struct call *call, struct error **err)
{
    const struct remove_many_params *p = call->params;
    struct libpod_remove_report report = { 0 };
    struct str_list names = p->images;
    if (!names.count && !p->all)
        return error_set(err, ERROR_INVALID, 0, "images: missing, expected names or ids, or all=true");
    if (p->all && all_images(call, &names, err) < 0)
        return -1;
    for (size_t i = 0; i < names.count; i++) {
        autoerror *failure = NULL;
        if (libpod_remove_image(call, names.items[i], p->force || p->all, p->noprune, &report, &failure) < 0 &&
            !((p->ignore || p->all) && failure->kind == ERROR_NOT_FOUND))
            note_failure(call, &report, failure);
    }
    return reply(call, 200, libpod_remove_report_schema(), &report, err);
}

const struct route libpod_images_remove[] = {
    {
        ROUTE(DELETE, "/libpod/images/remove"),
        .id = "ImageDeleteAllLibpod",
        .tag = "images",
        .summary = "Remove images; what failed is in the answer",
        .params = remove_many_params_table,
        .rights = "images:write",
        .handler = delete_images,
        .responses = {
            { 200, libpod_remove_report_schema, "What was removed, and what not and why", REPLY_OBJECT, NULL },
            BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
