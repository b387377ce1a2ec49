#include "core/container/merge.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/run.h"
#include "core/image/image.h"

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

static bool same_name(const char *a, const char *b)
{
    return name_length(a) == name_length(b) && !strncmp(a, b, name_length(a));
}

/* The image's variables, then the user's: a value replaces, a bare name removes. */
static struct str_list merge_env(struct arena *arena, const struct str_list *image, const struct str_list *user)
{
    struct str_list merged = { 0 };
    for (size_t i = 0; i < image->count; i++) {
        bool replaced = false;
        for (size_t j = 0; j < user->count; j++)
            replaced |= same_name(image->items[i], user->items[j]);
        if (!replaced)
            str_list_add(arena, &merged, image->items[i]);
    }
    for (size_t i = 0; i < user->count; i++) {
        bool again = false; /* the last one of a name counts */
        for (size_t j = i + 1; j < user->count; j++)
            again |= same_name(user->items[i], user->items[j]);
        if (!again && strchr(user->items[i], '='))
            str_list_add(arena, &merged, user->items[i]);
    }
    return merged;
}

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

int container_merge(struct arena *arena, struct container_spec *spec, const struct image *image, struct container_effective *ret_effective,
                    struct error **err)
{
    struct container_effective effective = {
        .env = merge_env(arena, &image->env, &spec->env),
        .workdir = str_or(spec->workdir, str_or(image->workdir, "/")),
        .user = str_or(spec->user, image->user),
        .stop_signal = str_or(spec->stop_signal, str_or(image->stop_signal, "SIGTERM")),
        .labels = merge_labels(arena, &image->labels, &spec->labels),
    };
    merge_program(spec, image, &effective);
    if (!effective.entrypoint.count && !effective.command.count)
        return error_set(err, ERROR_INVALID, 0, "command: no command specified: neither the request nor the image has one");
    if (*effective.workdir != '/')
        return error_set(err, ERROR_INVALID, 0, "workdir: \"%s\" is not an absolute path", effective.workdir);
    for (size_t i = 0; i < image->exposed_ports.count; i++)
        if (!str_list_has(&spec->expose, image->exposed_ports.items[i])) {
            spec->expose = str_list_copy(arena, &spec->expose);
            str_list_add(arena, &spec->expose, image->exposed_ports.items[i]);
        }
    if (!spec->health)
        spec->health = image->health;
    *ret_effective = effective;
    return 0;
}
