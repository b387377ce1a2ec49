#include "core/container/files/commit_run.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/container/container.h"
#include "core/container/files/commit.h"
#include "core/image/documents.h"
#include "core/image/image.h"

static struct str_list unite(struct arena *arena, const struct str_list *a, const struct str_list *b)
{
    struct str_list united = str_list_copy(arena, a);
    for (size_t i = 0; i < b->count; i++)
        if (!str_list_has(&united, b->items[i]))
            str_list_add(arena, &united, b->items[i]);
    return united;
}

/* Variables of @more that @env does not set. */
static struct str_list unite_env(struct arena *arena, const struct str_list *env, const struct str_list *more)
{
    struct str_list united = str_list_copy(arena, env);
    for (size_t i = 0; i < more->count; i++) {
        size_t len = strcspn(more->items[i], "="), j = 0;
        while (j < env->count && (strncmp(env->items[j], more->items[i], len) || (env->items[j][len] && env->items[j][len] != '=')))
            j++;
        if (j == env->count)
            str_list_add(arena, &united, more->items[i]);
    }
    return united;
}

static struct str_map unite_labels(struct arena *arena, const struct str_map *first, const struct str_map *more)
{
    struct str_map united = { 0 };
    for (size_t i = 0; i < more->count; i++)
        str_map_set(arena, &united, more->items[i].key, more->items[i].value);
    for (size_t i = 0; i < first->count; i++)
        str_map_set(arena, &united, first->items[i].key, first->items[i].value);
    return united;
}

/* Docker's clients name volumes among what is configured; podman's images keep the image's alone. */
static struct str_list volumes_of(struct arena *arena, const struct container *ctr, const struct image *image)
{
    struct str_list none = { 0 };
    return unite(arena, &image->volumes, str_eq(ctr->spec->cap_defaults, "docker") ? &ctr->spec->docker_volumes : &none);
}

struct image_config_run container_commit_run(struct arena *arena, const struct container *ctr, const struct image *image,
                                             const struct container_commit *commit)
{
    const struct container_spec *spec = ctr->spec;
    const struct str_list volumes = volumes_of(arena, ctr, image);
    const struct container_health *health = commit->health ? commit->health : spec->health ? spec->health : image->health;
    struct image_config_run run = {
        .user = str_or(commit->user, ctr->user),
        .workdir = str_or(commit->workdir, str_or(spec->workdir, image->workdir)),
        .stop_signal = str_or(commit->stop_signal, str_or(spec->stop_signal, image->stop_signal)),
        .entrypoint = commit->entrypoint.count ? commit->entrypoint : ctr->entrypoint,
        .command = commit->command.count ? commit->command : ctr->command,
        .env = unite_env(arena, &commit->env, &ctr->env),
        .exposed_ports = unite(arena, &commit->exposed_ports, &spec->expose),
        .volumes = unite(arena, &commit->volumes, &volumes),
        .labels = unite_labels(arena, &commit->labels, &ctr->labels),
        .health = (struct container_health *)health,
        .shell = image->shell,
        .on_build = commit->on_build,
    };
    if (commit->entrypoint.count && !commit->command.count)
        run.command = (struct str_list){ 0 };
    return run;
}
