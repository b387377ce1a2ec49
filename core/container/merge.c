#include "core/container/merge.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/environment.h"
#include "core/container/run.h"
#include "core/image/image.h"

#define SECCOMP_LABEL "io.containers.seccomp.profile" /* the profile's text: podman's --seccomp-policy=image */

static struct str_map merge_labels(struct arena *arena, const struct str_map *image, const struct str_map *user)
{
    struct str_map merged = { 0 };
    for (size_t i = 0; i < image->count; i++)
        str_map_set(arena, &merged, image->items[i].key, image->items[i].value);
    for (size_t i = 0; i < user->count; i++)
        str_map_set(arena, &merged, user->items[i].key, user->items[i].value);
    return merged;
}

/* A given entrypoint drops the image's command; [""] clears the image's entrypoint as well. */
static void merge_program(const struct container_spec *spec, const struct image *image, struct container_effective *effective)
{
    bool cleared = spec->entrypoint.count == 1 && !*spec->entrypoint.items[0];
    bool given = spec->entrypoint_set || spec->entrypoint.count;
    if (given && !cleared)
        effective->entrypoint = spec->entrypoint;
    else if (!given)
        effective->entrypoint = image->entrypoint;
    if (spec->command.count)
        effective->command = spec->command;
    else if (!given)
        effective->command = image->command;
}

/* Member by member, as Docker does: an interval alone goes with the image's test. */
static void merge_health(struct arena *arena, struct container_spec *spec, const struct image *image)
{
    spec->health_shell = image->shell;
    if (!spec->health)
        spec->health = image->health;
    if (!image->health || spec->health == image->health)
        return;
    struct container_health *merged = arena_zalloc(arena, sizeof *merged);
    *merged = *spec->health;
    if (!merged->test.count)
        merged->test = image->health->test;
    merged->interval = merged->interval ? merged->interval : image->health->interval;
    merged->timeout = merged->timeout ? merged->timeout : image->health->timeout;
    merged->start_period = merged->start_period ? merged->start_period : image->health->start_period;
    merged->start_interval = merged->start_interval ? merged->start_interval : image->health->start_interval;
    merged->retries = merged->retries ? merged->retries : image->health->retries;
    spec->health = merged;
}

int container_merge(struct arena *arena, struct container_spec *spec, const struct image *image, struct container_effective *ret_effective,
                    struct error **err)
{
    struct container_effective effective = {
        .workdir = str_or(spec->workdir, str_or(image->workdir, "/")),
        .user = str_or(spec->user, image->user),
        .stop_signal = str_or(spec->stop_signal, str_or(image->stop_signal, "SIGTERM")),
        .labels = merge_labels(arena, &image->labels, &spec->labels),
    };
    merge_program(spec, image, &effective);
    if (container_environment(arena, spec, &image->env, &effective.env, err) < 0)
        return -1;
    if (str_eq(spec->seccomp, "image"))
        spec->seccomp = str_map_get(&image->labels, SECCOMP_LABEL);
    if (!effective.entrypoint.count && !effective.command.count)
        return error_set(err, ERROR_INVALID, 0, "command: no command specified: neither the request nor the image has one");
    if (*effective.workdir != '/')
        return error_set(err, ERROR_INVALID, 0, "workdir: \"%s\" is not an absolute path", effective.workdir);
    for (size_t i = 0; i < image->exposed_ports.count; i++)
        if (!str_list_has(&spec->expose, image->exposed_ports.items[i])) {
            spec->expose = str_list_copy(arena, &spec->expose);
            str_list_add(arena, &spec->expose, image->exposed_ports.items[i]);
        }
    merge_health(arena, spec, image);
    *ret_effective = effective;
    return 0;
}
