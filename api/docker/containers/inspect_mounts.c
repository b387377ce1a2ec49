#include "api/docker/containers/inspect_parts.h"

#include <string.h>

#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/container/container.h"

static const char *propagation_of(const struct container_mount *mount)
{
    static const char *const words[] = { "private", "rprivate", "shared", "rshared", "slave", "rslave" };
    if (strcmp(mount->type, "bind"))
        return "";
    for (size_t i = 0; i < mount->options.count; i++)
        for (size_t j = 0; j < sizeof words / sizeof *words; j++)
            if (!strcmp(mount->options.items[i], words[j]))
                return words[j];
    return "rprivate";
}

/* The options behind a bind's second colon, as they were written; Docker puts a label on volumes with a name. */
static const char *mode_of(const struct container *ctr, const struct container_mount *mount)
{
    const char *bind = str_map_get(&ctr->spec->docker_binds, mount->target);
    const char *first = bind ? strchr(bind, ':') : NULL, *second = first ? strchr(first + 1, ':') : NULL;
    if (second)
        return second + 1;
    return !strcmp(mount->type, "volume") && !mount->anonymous ? "z" : "";
}

size_t inspect_mount_points(struct arena *arena, const struct container *ctr, struct docker_mount_point **ret_points)
{
    struct docker_mount_point *points = arena_array(arena, ctr->mounts.count, sizeof *points);
    size_t count = 0;
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        bool volume = i < ctr->volume_names.count && !str_empty(ctr->volume_names.items[i]);
        if (str_map_get(&ctr->spec->docker_tmpfs, mount->target))
            continue;
        points[count++] = (struct docker_mount_point){
            .type = mount->type,
            .name = volume ? ctr->volume_names.items[i] : !strcmp(mount->type, "image") ? mount->source : NULL,
            .source = mount->source,
            .destination = mount->target,
            .driver = volume ? str_or(mount->driver, "local") : NULL,
            .mode = mode_of(ctr, mount),
            .rw = !mount->readonly,
            .propagation = propagation_of(mount),
        };
    }
    *ret_points = points;
    return count;
}
