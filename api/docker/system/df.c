/* GET /system/df */
#include "api/call.h"
#include "api/docker/containers/inspect.h"
#include "api/docker/images/summary.h"
#include "api/docker/system_tables.h"
#include "api/docker/volumes/show.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/system/usage.h"

#define LEVEL_SUMS 52 /* from here on sums, and items with verbose alone */
#define USAGE_CACHE 8

#define DF_PARAMS(P)                                                                               \
    P(QUERY, LIST, types, "type", NULL, "container, image, volume or build-cache; may come several times; all without") \
    P(QUERY, BOOL, verbose, "verbose", "false", "From v1.52 on: the items too")
PARAMS(df_params, DF_PARAMS)

static int read_parts(const struct str_list *types, unsigned *ret_parts, struct error **err)
{
    static const struct {
        const char *word;
        unsigned part;
    } words[] = {
        { "container", USAGE_CONTAINERS }, { "image", USAGE_IMAGES }, { "volume", USAGE_VOLUMES }, { "build-cache", USAGE_CACHE },
    };
    *ret_parts = types->count ? 0 : USAGE_CONTAINERS | USAGE_IMAGES | USAGE_VOLUMES | USAGE_CACHE;
    for (size_t i = 0; i < types->count; i++) {
        size_t at = 0;
        while (at < sizeof words / sizeof *words && !str_eq(words[at].word, types->items[i]))
            at++;
        if (at == sizeof words / sizeof *words)
            return error_set(err, ERROR_INVALID, 0, "type: unknown object type: %.80s: expected container, image, volume or build-cache",
                             types->items[i]);
        *ret_parts |= words[at].part;
    }
    return 0;
}

static void show_images(struct call *call, const struct system_usage *usage, struct docker_usage *shown)
{
    shown->layers_size = usage->image_sum.bytes;
    shown->images.items = arena_array(call->arena, usage->image_count + 1, sizeof *shown->images.items);
    for (size_t i = 0; i < usage->image_count; i++) {
        struct docker_image_summary *item = &shown->images.items[shown->images.count++];
        docker_summarize_image(call, &usage->images[i], true, item);
        item->containers = usage->image_users[i];
    }
}

static void show_containers(struct call *call, const struct system_usage *usage, struct docker_usage *shown)
{
    int64_t now = clock_now();
    shown->containers.items = arena_array(call->arena, usage->containers.count + 1, sizeof *shown->containers.items);
    for (size_t i = 0; i < usage->containers.count; i++) {
        struct docker_list_container *item = &shown->containers.items[shown->containers.count++];
        docker_summarize_container(call->arena, usage->containers.items[i], now, item);
        item->size_rw = usage->rw_bytes[i] ? &usage->rw_bytes[i] : NULL;
        item->size_rootfs = &usage->rootfs_bytes[i];
    }
}

static void show_volumes(struct call *call, const struct system_usage *usage, struct docker_usage *shown)
{
    shown->volumes.items = arena_array(call->arena, usage->volumes.count + 1, sizeof *shown->volumes.items);
    for (size_t i = 0; i < usage->volumes.count; i++) {
        struct docker_volume *item = &shown->volumes.items[shown->volumes.count++];
        docker_show_volume(&usage->volumes.items[i], item);
        item->usage = arena_zalloc(call->arena, sizeof *item->usage);
        *item->usage = (struct docker_volume_usage){ usage->volumes.items[i].users, usage->volume_bytes[i] };
    }
}

#define SUM(from) .active = (from).active, .total = (from).total, .reclaimable = (from).reclaimable, .bytes = (from).bytes

static void show_sums(struct call *call, const struct system_usage *usage, unsigned parts, bool items, struct docker_usage *shown)
{
    struct docker_images_usage images = { SUM(usage->image_sum) };
    struct docker_containers_usage containers = { SUM(usage->container_sum) };
    struct docker_volumes_usage volumes = { SUM(usage->volume_sum) };
    if (items) {
        images.items.items = shown->images.items, images.items.count = shown->images.count;
        containers.items.items = shown->containers.items, containers.items.count = shown->containers.count;
        volumes.items.items = shown->volumes.items, volumes.items.count = shown->volumes.count;
    }
    if (parts & USAGE_IMAGES)
        *(shown->image_usage = arena_zalloc(call->arena, sizeof images)) = images;
    if (parts & USAGE_CONTAINERS)
        *(shown->container_usage = arena_zalloc(call->arena, sizeof containers)) = containers;
    if (parts & USAGE_VOLUMES)
        *(shown->volume_usage = arena_zalloc(call->arena, sizeof volumes)) = volumes;
    if (parts & USAGE_CACHE)
        shown->cache_usage = arena_zalloc(call->arena, sizeof *shown->cache_usage);
}

static int get_df(struct call *call, struct error **err)
{
    const struct df_params *p = call->params;
    autousage usage = { 0 };
    struct docker_usage shown = { 0 };
    unsigned parts;
    if (read_parts(&p->types, &parts, err) < 0 || system_usage(call->engine, call->arena, parts, true, &usage, err) < 0)
        return -1;
    if (parts & USAGE_IMAGES)
        show_images(call, &usage, &shown);
    if (parts & USAGE_CONTAINERS)
        show_containers(call, &usage, &shown);
    if (parts & USAGE_VOLUMES)
        show_volumes(call, &usage, &shown);
    if (call->level >= LEVEL_SUMS)
        show_sums(call, &usage, parts, p->verbose, &shown);
    return reply(call, 200, docker_usage_schema(), &shown, err);
}

const struct route docker_system_df[] = {
    {
        ROUTE(GET, "/system/df"),
        .id = "SystemDataUsage",
        .tag = "system",
        .summary = "What takes how much room on disk",
        .params = df_params_table,
        .rights = "system:read",
        .handler = get_df,
        .responses = { { 200, docker_usage_schema, "By kind", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
