#include "core/system/usage.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"

static bool is_live(const struct container *ctr)
{
    return ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED || ctr->state == CONTAINER_RESTARTING;
}

static int64_t count_users(const struct container_list *containers, const char *image_id)
{
    int64_t count = 0;
    for (size_t i = 0; i < containers->count; i++)
        count += !strcmp(containers->items[i]->image_id, image_id);
    return count;
}

static int add_images(struct engine *engine, struct arena *arena, struct system_usage *usage, struct error **err)
{
    struct str_list used = { 0 };
    struct system_usage_sum *sum = &usage->image_sum;
    if (image_share(engine, arena, usage->images, usage->image_count, err) < 0)
        return -1;
    usage->image_users = arena_array(arena, usage->image_count + 1, sizeof *usage->image_users);
    for (size_t i = 0; i < usage->image_count; i++) {
        usage->image_users[i] = count_users(&usage->containers, usage->images[i].id);
        if (usage->image_users[i])
            str_list_add(arena, &used, usage->images[i].id);
    }
    sum->total = (int64_t)usage->image_count;
    sum->active = (int64_t)used.count;
    int64_t kept;
    if (image_layers_size(engine, arena, NULL, &sum->bytes, err) < 0 || image_layers_size(engine, arena, &used, &kept, err) < 0)
        return -1;
    sum->reclaimable = sum->bytes - kept;
    return 0;
}

static int64_t size_of_image(const struct system_usage *usage, const char *id)
{
    for (size_t i = 0; i < usage->image_count; i++)
        if (!strcmp(usage->images[i].id, id))
            return usage->images[i].size;
    return 0;
}

static void add_containers(struct engine *engine, struct arena *arena, struct system_usage *usage)
{
    struct system_usage_sum *sum = &usage->container_sum;
    size_t count = usage->containers.count;
    usage->rw_bytes = arena_array(arena, count + 1, sizeof *usage->rw_bytes);
    usage->rootfs_bytes = arena_array(arena, count + 1, sizeof *usage->rootfs_bytes);
    for (size_t i = 0; i < count; i++) {
        const struct container *ctr = usage->containers.items[i];
        autoerror *gone = NULL; /* removed since the list was made */
        container_rw_size(engine, ctr, &usage->rw_bytes[i], &gone);
        usage->rootfs_bytes[i] = usage->rw_bytes[i] + size_of_image(usage, ctr->image_id);
        sum->bytes += usage->rw_bytes[i];
        sum->active += is_live(ctr);
        sum->reclaimable += is_live(ctr) ? 0 : usage->rw_bytes[i];
    }
    sum->total = (int64_t)count;
}

static int add_volumes(struct engine *engine, struct arena *arena, struct system_usage *usage, struct error **err)
{
    static const struct volume_filters every;
    struct system_usage_sum *sum = &usage->volume_sum;
    if (volume_list(engine, arena, &every, &usage->volumes, err) < 0)
        return -1;
    usage->volume_bytes = arena_array(arena, usage->volumes.count + 1, sizeof *usage->volume_bytes);
    for (size_t i = 0; i < usage->volumes.count; i++) {
        const struct volume *volume = &usage->volumes.items[i];
        autoerror *gone = NULL;
        int64_t bytes;
        if (volume_size(engine, volume, &usage->volume_bytes[i], &gone) < 0)
            usage->volume_bytes[i] = -1;
        bytes = usage->volume_bytes[i] > 0 ? usage->volume_bytes[i] : 0;
        sum->bytes += bytes;
        sum->active += volume->users > 0;
        sum->reclaimable += volume->users > 0 ? 0 : bytes;
    }
    sum->total = (int64_t)usage->volumes.count;
    return 0;
}

int system_usage(struct engine *engine, struct arena *arena, unsigned parts, bool docker, struct system_usage *ret_usage,
                 struct error **err)
{
    static const struct image_filters all_images;
    static const struct container_filters all_containers;
    autousage usage = { 0 };
    if ((parts & (USAGE_IMAGES | USAGE_CONTAINERS)) &&
        (image_list(engine, arena, &all_images, true, docker, &usage.images, &usage.image_count, err) < 0 ||
         container_list(engine, &all_containers, true, 0, &usage.containers, err) < 0))
        return -1;
    if ((parts & USAGE_IMAGES) && add_images(engine, arena, &usage, err) < 0)
        return -1;
    if (parts & USAGE_CONTAINERS)
        add_containers(engine, arena, &usage);
    if ((parts & USAGE_VOLUMES) && add_volumes(engine, arena, &usage, err) < 0)
        return -1;
    *ret_usage = usage;
    usage.containers = (struct container_list){ 0 };
    return 0;
}

void system_usage_release(struct system_usage *usage)
{
    container_list_free(&usage->containers);
}
