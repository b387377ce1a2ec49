/* DELETE /images/{name...} */
#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/docker/images_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/image/image.h"

#define REMOVE_PARAMS(P)                                                                                     \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")                                              \
    P(QUERY, BOOL, force, "force", "false", "Also with several names, or when a container that does not run uses it") \
    P(QUERY, BOOL, noprune, "noprune", "false", "Keep parents without a name: there are none")
PARAMS(image_remove_params, REMOVE_PARAMS)

static int delete_image(struct call *call, struct error **err)
{
    const struct image_remove_params *p = call->params;
    struct image_removal removal;
    if (docker_check_image_name(call, p->name, err) < 0)
        return -1;
    if (image_remove(call->engine, call->arena, p->name, p->force, true, p->noprune, &removal, err) < 0)
        return docker_image_error(call, p->name, err);
    struct str_list untagged = docker_familiar(call, &removal.untagged);
    size_t count = 0;
    struct docker_image_removed *items = arena_array(call->arena, untagged.count + removal.deleted.count, sizeof *items);
    for (size_t i = 0; i < untagged.count; i++)
        items[count++].untagged = untagged.items[i];
    for (size_t i = 0; i < removal.deleted.count; i++)
        items[count++].deleted = docker_image_id(call, removal.deleted.items[i]);
    return reply_list(call, 200, docker_image_removed_schema(), items, count, err);
}

const struct route docker_images_item[] = {
    {
        ROUTE(DELETE, "/images/{name...}"),
        .id = "ImageDelete",
        .tag = "images",
        .summary = "Take a name away from an image; with the last one the image goes",
        .params = image_remove_params_table,
        .rights = "images:write",
        .handler = delete_image,
        .responses = {
            { 200, docker_image_removed_schema, "What was removed, in order", LIST_REPLY, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
