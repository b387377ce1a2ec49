#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/volume/volume.h"

int container_remove_volume(struct engine *engine, const char *volume, const int64_t *timeout_s, struct error **err)
{
    autoarena *arena = arena_new();
    struct str_list users = { 0 };
    const struct container_remove_options options = { .force = true, .ignore = true, .timeout_s = timeout_s };
    if (volume_users(engine, arena, volume, &users, err) < 0)
        return -1;
    for (size_t i = 0; i < users.count; i++)
        if (container_remove(engine, users.items[i], &options, err) < 0)
            return -1;
    return volume_remove(engine, volume, true, err);
}
