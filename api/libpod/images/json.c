/* GET /libpod/images/json and GET /libpod/images/{name...}/json */
#include "api/call.h"
#include "api/filters.h"
#include "api/libpod/containers/health.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/image/image.h"

#define LIST_PARAMS(P)                                                                   \
    P(QUERY, BOOL, all, "all", "false", "Also intermediate ones")                        \
    P(QUERY, BOOL, shared_size, "shared-size", "false", "Heard: sizes of shared layers are not computed") \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(image_list_params, LIST_PARAMS)

static void summarise(const struct image *image, struct libpod_image_summary *shown)
{
    *shown = (struct libpod_image_summary){
        .id = image->id,
        .parent_id = image->parent,
        .repo_tags = image->names,
        .repo_digests = image->repo_digests,
        .created = image->created_unix_ns / CLOCK_SECOND,
        .size = image->size,
        .virtual_size = image->size,
        .labels = image->labels,
        .arch = image->architecture,
        .digest = image->digest,
        .names = image->names,
        .os = image->os,
        .dangling = image->names.count == 0,
    };
}

static int get_list(struct call *call, struct error **err)
{
    const struct image_list_params *p = call->params;
    struct image_filters filters = { 0 };
    struct image *images;
    size_t count;
    for (struct filter_term term = { 0 }; filters_next(&p->filters, &term);)
        if (image_filter_add(call->arena, &filters, term.key, term.value, err) < 0)
            return -1;
    if (image_list(call->engine, call->arena, &filters, p->all, false, &images, &count, err) < 0)
        return -1;
    struct libpod_image_summary *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        summarise(&images[i], &shown[i]);
    return reply_list(call, 200, libpod_image_summary_schema(), shown, count, err);
}

#define INSPECT_PARAMS(P)                                           \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")     \
    P(QUERY, BOOL, size, "size", "true", "Heard: the size is always there")
PARAMS(image_inspect_params, INSPECT_PARAMS)

static void show_history(struct arena *arena, const struct image *image, struct libpod_image_inspect *shown)
{
    shown->history.items = arena_array(arena, image->history.count, sizeof *shown->history.items);
    for (size_t i = 0; i < image->history.count; i++) {
        const struct image_history *from = &image->history.items[i];
        shown->history.items[shown->history.count++] = (struct libpod_image_history_entry){
            .created = from->created_unix_ns,
            .created_by = from->created_by,
            .author = from->author,
            .comment = from->comment,
            .empty_layer = from->empty_layer,
        };
    }
}

static struct libpod_image_config show_config(const struct image *image)
{
    return (struct libpod_image_config){
        .user = image->user,
        .exposed_ports = image->exposed_ports,
        .env = image->env,
        .entrypoint = image->entrypoint,
        .cmd = image->command,
        .volumes = image->volumes,
        .workdir = image->workdir,
        .labels = image->labels,
        .stop_signal = image->stop_signal,
    };
}

static int get_inspect(struct call *call, struct error **err)
{
    const struct image_inspect_params *p = call->params;
    const struct image *image = image_find(call->engine, call->arena, p->name, false, err);
    if (!image)
        return -1;
    struct libpod_image_inspect shown = {
        .id = image->id,
        .digest = image->digest,
        .repo_tags = image->names,
        .repo_digests = image->repo_digests,
        .parent = image->parent,
        .comment = image->comment,
        .created = image->created_unix_ns,
        .config = show_config(image),
        .version = image->docker_version,
        .author = image->author,
        .architecture = image->architecture,
        .os = image->os,
        .size = image->size,
        .virtual_size = image->size,
        .graph_driver = { .name = "overlay" },
        .rootfs = { .type = "layers", .layers = image->layers },
        .labels = image->labels,
        .manifest_type = image->manifest_type,
        .user = image->user,
        .health = libpod_show_check(call->arena, image->health),
    };
    show_history(call->arena, image, &shown);
    return reply(call, 200, libpod_image_inspect_schema(), &shown, err);
}

const struct route libpod_images_json[] = {
    {
        ROUTE(GET, "/libpod/images/json"),
        .id = "ImageListLibpod",
        .tag = "images",
        .summary = "List images, newest first",
        .params = image_list_params_table,
        .rights = "images:read",
        .handler = get_list,
        .responses = {
            { 200, libpod_image_summary_schema, "The images", LIST_REPLY, NULL }, BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    {
        ROUTE(GET, "/libpod/images/{name...}/json"),
        .id = "ImageInspectLibpod",
        .tag = "images",
        .summary = "Everything about an image",
        .params = image_inspect_params_table,
        .rights = "images:read",
        .handler = get_inspect,
        .responses = {
            { 200, libpod_image_inspect_schema, "The image", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
