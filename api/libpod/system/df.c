/* GET /libpod/system/df */
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/image/image.h"
#include "core/system/usage.h"

static void show_name(struct call *call, const struct image *image, int64_t users, const char *name, struct libpod_df *shown)
{
    const char *colon = name ? strrchr(name, ':') : NULL;
    struct libpod_df_image *item =
        call_grow(call, shown->images.items, shown->images.count, sizeof *shown->images.items);
    shown->images.items = item;
    item[shown->images.count++] = (struct libpod_df_image){
        .repository = colon ? arena_strndup(call->arena, name, (size_t)(colon - name)) : "<none>",
        .tag = colon ? colon + 1 : "<none>",
        .id = image->id,
        .created = image->created_unix_ns,
        .size = image->size,
        .shared = image->shared_size,
        .unique = image->size - image->shared_size,
        .containers = users,
    };
}

static void show_images(struct call *call, const struct system_usage *usage, struct libpod_df *shown)
{
    for (size_t i = 0; i < usage->image_count; i++) {
        const struct image *image = &usage->images[i];
        for (size_t j = 0; j < image->names.count; j++)
            show_name(call, image, usage->image_users[i], image->names.items[j], shown);
        if (!image->names.count)
            show_name(call, image, usage->image_users[i], NULL, shown);
    }
}

static struct str_list command_of(struct arena *arena, const struct container *ctr)
{
    struct str_list line = str_list_copy(arena, &ctr->entrypoint);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &line, ctr->command.items[i]);
    return line;
}

static int64_t count_volumes(const struct container *ctr)
{
    int64_t count = 0;
    for (size_t i = 0; i < ctr->volume_names.count; i++)
        count += *ctr->volume_names.items[i] != '\0';
    return count;
}

static void show_containers(struct call *call, const struct system_usage *usage, struct libpod_df *shown)
{
    shown->containers.items = arena_array(call->arena, usage->containers.count + 1, sizeof *shown->containers.items);
    for (size_t i = 0; i < usage->containers.count; i++) {
        const struct container *ctr = usage->containers.items[i];
        shown->containers.items[shown->containers.count++] = (struct libpod_df_container){
            .id = ctr->id,
            .image = ctr->image_id,
            .command = command_of(call->arena, ctr),
            .volumes = count_volumes(ctr),
            .size = usage->rootfs_bytes[i],
            .rw = usage->rw_bytes[i],
            .created = ctr->created_unix_ns,
            .status = container_state_text(ctr->state),
            .name = ctr->name,
        };
    }
}

static void show_volumes(struct call *call, const struct system_usage *usage, struct libpod_df *shown)
{
    shown->volumes.items = arena_array(call->arena, usage->volumes.count + 1, sizeof *shown->volumes.items);
    for (size_t i = 0; i < usage->volumes.count; i++) {
        const struct volume *volume = &usage->volumes.items[i];
        int64_t bytes = usage->volume_bytes[i] > 0 ? usage->volume_bytes[i] : 0;
        shown->volumes.items[shown->volumes.count++] = (struct libpod_df_volume){
            .name = volume->name,
            .links = volume->users,
            .size = bytes,
            .reclaimable = volume->users ? 0 : bytes,
        };
    }
}

static int get_df(struct call *call, struct error **err)
{
    autousage usage = { 0 };
    if (system_usage(call->engine, call->arena, USAGE_IMAGES | USAGE_CONTAINERS | USAGE_VOLUMES, false, &usage, err) < 0)
        return -1;
    struct libpod_df shown = { .images_size = usage.image_sum.bytes };
    show_images(call, &usage, &shown);
    show_containers(call, &usage, &shown);
    show_volumes(call, &usage, &shown);
    return reply(call, 200, libpod_df_schema(), &shown, err);
}

const struct route libpod_system_df[] = {
    {
        ROUTE(GET, "/libpod/system/df"),
        .id = "SystemDataUsageLibpod",
        .tag = "system",
        .summary = "What takes how much room on disk",
        .rights = "system:read",
        .handler = get_df,
        .responses = { { 200, libpod_df_schema, "By kind", REPLY_OBJECT, NULL }, INTERNAL_ERROR },
    },
    { 0 },
};
