#include "core/system/prune.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/network/network.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

typedef int add_filter(struct arena *arena, void *filters, const char *key, const char *value, struct error **err);

static int add_container_filter(struct arena *arena, void *filters, const char *key, const char *value, struct error **err)
{
    return container_filter_add(arena, filters, key, value, err);
}

static int add_image_filter(struct arena *arena, void *filters, const char *key, const char *value, struct error **err)
{
    return image_filter_add(arena, filters, key, value, err);
}

static int add_network_filter(struct arena *arena, void *filters, const char *key, const char *value, struct error **err)
{
    return network_filter_add(arena, filters, key, value, err);
}

static int add_volume_filter(struct arena *arena, void *filters, const char *key, const char *value, struct error **err)
{
    return volume_filter_add(arena, filters, key, value, err);
}

static int add_all(struct arena *arena, const struct system_prune_options *options, void *filters, add_filter *add, struct error **err)
{
    const struct {
        const char *key;
        const struct str_list *values;
    } keys[] = { { "label", &options->label }, { "label!", &options->label_not }, { "until", &options->until } };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        for (size_t j = 0; j < keys[i].values->count; j++)
            if (add(arena, filters, keys[i].key, keys[i].values->items[j], err) < 0)
                return -1;
    return 0;
}

static void add_item(struct arena *arena, struct system_pruned_items *items, const char *id, int64_t size)
{
    int64_t *sizes = arena_array(arena, items->ids.count + 1, sizeof *sizes);
    if (items->ids.count)
        memcpy(sizes, items->sizes, items->ids.count * sizeof *sizes);
    sizes[items->ids.count] = size;
    items->sizes = sizes;
    str_list_add(arena, &items->ids, arena_strdup(arena, id));
}

/* What buildah is at carries its document beside it. */
static int prune_builds(struct engine *engine, struct arena *arena, struct system_pruned *pruned, struct error **err)
{
    struct store_container *containers;
    size_t count;
    if (store_containers(engine->store, arena, &containers, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        const char *id = containers[i].id;
        if (!path_exists(arena_printf(arena, "%s/buildah.json", store_container_dir(engine->store, arena, id))))
            continue;
        if (store_remove_container(engine->store, id, err) < 0)
            return -1;
        add_item(arena, &pruned->containers, id, 0);
    }
    return 0;
}

static int prune_containers(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                            struct system_pruned *pruned, struct error **err)
{
    struct container_filters filters = { 0 };
    int64_t bytes;
    if (add_all(arena, options, &filters, add_container_filter, err) < 0 ||
        container_prune(engine, arena, &filters, &pruned->containers.ids, &pruned->containers.sizes, &bytes, err) < 0)
        return -1;
    pruned->bytes += bytes;
    return options->build ? prune_builds(engine, arena, pruned, err) : 0;
}

static int prune_images(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                        struct system_pruned *pruned, struct error **err)
{
    struct image_filters filters = { 0 };
    struct image_pruned *items;
    size_t count;
    int64_t bytes;
    if (add_all(arena, options, &filters, add_image_filter, err) < 0 ||
        image_prune(engine, arena, &filters, options->all, false, &items, &count, &bytes, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++)
        add_item(arena, &pruned->images, items[i].id, items[i].size);
    pruned->bytes += bytes;
    return 0;
}

static int prune_networks(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                          struct system_pruned *pruned, struct error **err)
{
    struct network_filters filters = { 0 };
    if (add_all(arena, options, &filters, add_network_filter, err) < 0)
        return -1;
    return network_prune(engine, arena, &filters, false, &pruned->networks.ids, err);
}

static int prune_volumes(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                         struct system_pruned *pruned, struct error **err)
{
    struct volume_filters filters = { 0 };
    struct volume_pruned *items;
    size_t count;
    if (add_all(arena, options, &filters, add_volume_filter, err) < 0 || volume_prune(engine, arena, &filters, &items, &count, err) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (items[i].error) {
            log_warn("prune: %s", items[i].error);
            continue;
        }
        add_item(arena, &pruned->volumes, items[i].name, items[i].bytes);
        pruned->bytes += items[i].bytes;
    }
    return 0;
}

int system_prune(struct engine *engine, struct arena *arena, const struct system_prune_options *options,
                 struct system_pruned *ret_pruned, struct error **err)
{
    struct system_pruned pruned = { 0 };
    if (prune_containers(engine, arena, options, &pruned, err) < 0 || prune_images(engine, arena, options, &pruned, err) < 0 ||
        prune_networks(engine, arena, options, &pruned, err) < 0)
        return -1;
    if (options->volumes && prune_volumes(engine, arena, options, &pruned, err) < 0)
        return -1;
    *ret_pruned = pruned;
    return 0;
}
