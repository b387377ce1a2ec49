/* GET /images/json and GET /images/{name...}/json */
#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/docker/images/summary.h"
#include "api/docker/images_tables.h"
#include "api/filters.h"
#include "api/docker/health.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"

#define LEVEL_NO_FILTER 41

#define LIST_PARAMS(P)                                                                              \
    P(QUERY, BOOL, all, "all", "false", "Also intermediate ones")                                   \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones: reference, label, dangling, before, since, until") \
    P(QUERY, BOOL, shared_size, "shared-size", "false", "Compute SharedSize")                       \
    P(QUERY, BOOL, digests, "digests", "false", "Heard: digests are always there")                  \
    P(QUERY, BOOL, only_ids, "only_ids", "false", "Heard: docker-py sends it and chooses itself")   \
    P(QUERY, STR, filter, "filter", NULL, "Up to v1.40: as the filter reference")
PARAMS(image_list_params, LIST_PARAMS)

static int read_filters(struct call *call, const struct image_list_params *p, struct image_filters *filters, struct error **err)
{
    const struct filters *asked = &p->filters;
    if (call->level < LEVEL_NO_FILTER && !str_empty(p->filter) &&
        image_filter_add(call->arena, filters, "reference", p->filter, err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (image_filter_add(call->arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}

/* The bounds name images too. */
static int list_failed(struct call *call, struct error **err)
{
    const char *name = (*err)->name ? arena_strdup(call->arena, (*err)->name) : "";
    return docker_image_error(call, name, err);
}

static int get_list(struct call *call, struct error **err)
{
    const struct image_list_params *p = call->params;
    struct image_filters filters = { 0 };
    struct image *images;
    size_t count;
    if (read_filters(call, p, &filters, err) < 0)
        return -1;
    if (image_list(call->engine, call->arena, &filters, p->all, true, &images, &count, err) < 0)
        return list_failed(call, err);
    if (p->shared_size && image_share(call->engine, call->arena, images, count, err) < 0)
        return -1;
    struct docker_image_summary *shown = arena_array(call->arena, count, sizeof *shown);
    for (size_t i = 0; i < count; i++)
        docker_summarize_image(call, &images[i], p->shared_size, &shown[i]);
    return reply_list(call, 200, docker_image_summary_schema(), shown, count, err);
}

#define INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the image")
PARAMS(image_inspect_params, INSPECT_PARAMS)

static struct docker_image_config show_config(const struct image *image)
{
    return (struct docker_image_config){
        .user = image->user,
        .exposed_ports = image->exposed_ports,
        .env = image->env,
        .cmd = image->command,
        .volumes = image->volumes,
        .workdir = image->workdir,
        .entrypoint = image->entrypoint,
        .on_build = image->on_build,
        .labels = image->labels,
        .stop_signal = image->stop_signal,
        .shell = image->shell,
    };
}

static struct docker_graph_driver show_driver(struct call *call, const struct image *image)
{
    struct docker_graph_driver driver = { .name = "overlay" };
    if (*image->top_layer)
        str_map_set(call->arena, &driver.data, "UpperDir",
                    arena_printf(call->arena, "%s/overlay/%s/diff", call->engine->root, image->top_layer));
    return driver;
}

static int get_inspect(struct call *call, struct error **err)
{
    const struct image_inspect_params *p = call->params;
    const struct image *image = docker_find_image(call, p->name, err);
    if (!image)
        return -1;
    struct docker_image_inspect shown = {
        .id = docker_image_id(call, image->id),
        .repo_tags = docker_familiar(call, &image->names),
        .repo_digests = docker_familiar(call, &image->repo_digests),
        .parent = docker_image_id(call, image->parent),
        .comment = image->comment,
        .created = image->created_unix_ns,
        .docker_version = image->docker_version,
        .author = image->author,
        .config = show_config(image),
        .architecture = image->architecture,
        .variant = image->variant,
        .os = image->os,
        .size = image->size,
        .virtual_size = image->size,
        .graph_driver = show_driver(call, image),
        .rootfs = { .type = "layers", .layers = image->layers },
    };
    shown.config.health = docker_show_check(call->arena, image->health);
    return reply(call, 200, docker_image_inspect_schema(), &shown, err);
}

const struct route docker_images_json[] = {
    {
        ROUTE(GET, "/images/json"),
        .id = "ImageList",
        .tag = "images",
        .summary = "List images, newest first",
        .params = image_list_params_table,
        .rights = "images:read",
        .handler = get_list,
        .responses = {
            { 200, docker_image_summary_schema, "The images", LIST_REPLY, NULL },
            BAD_PARAMETER,
            { 404, NULL, "An image that before or since names", REPLY_OBJECT, NULL },
            { 409, NULL, "An id of before or since is not unique", REPLY_OBJECT, NULL },
            INTERNAL_ERROR,
        },
    },
    {
        ROUTE(GET, "/images/{name...}/json"),
        .id = "ImageInspect",
        .tag = "images",
        .summary = "Everything about an image",
        .params = image_inspect_params_table,
        .rights = "images:read",
        .handler = get_inspect,
        .responses = {
            { 200, docker_image_inspect_schema, "The image", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
