#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/confined.h"
#include "core/container/rules/parts.h"
#include "core/container/rules/rules.h"
#include "core/volume/volume.h"

/* Options that say how, and not what else or where: no propagation to the host, no overlay's directories, no change of
 * owners on the host's side. */
static bool is_harmless_option(const char *option)
{
    static const char *const words[] = {
        "ro", "rro", "rw", "bind", "rbind", "private", "rprivate", "slave", "rslave", "nosuid", "nodev", "noexec", "exec", "suid",
        "relatime", "norelatime", "noatime", "atime", "nodiratime", "diratime", "strictatime", "sync", "async", "nosymfollow",
        "z", "Z", "nocopy", "copy", "consistent", "cached", "delegated", "default", "defaults", "tmpcopyup", "notmpcopyup", NULL,
    };
    static const char *const values[] = { "size=", "mode=", "uid=", "gid=", "nr_inodes=", NULL };
    for (const char *const *word = words; *word; word++)
        if (!strcmp(option, *word))
            return true;
    for (const char *const *value = values; *value; value++)
        if (str_starts(option, *value))
            return true;
    return false;
}

static int check_options(const struct container_rules *rules, const struct container_mount *mount, struct error **err)
{
    for (size_t i = 0; i < mount->options.count; i++)
        if (!is_harmless_option(mount->options.items[i]))
            return rules_refuse(rules, "binds", err, "option \"%s\" of the mount %s is not allowed", mount->options.items[i], mount->target);
    return 0;
}

/* A local volume with a device is a bind mount by another name. */
static int check_backing(const struct container_rules *rules, const char *name, const char *driver, const struct str_map *options,
                         struct error **err)
{
    const char *device = str_map_get(options, "device");
    if (device && !str_eq(str_map_get(options, "type"), "tmpfs"))
        return rules_refuse(rules, "binds", err, "volume \"%s\" is \"%s\" of the host", name, device);
    if (strcmp(str_or(driver, "local"), "local"))
        return rules_refuse(rules, "binds", err, "volume \"%s\" is of the driver \"%s\"", name, driver);
    return 0;
}

static int check_volume(struct engine *engine, struct arena *arena, const struct container_rules *rules, const char *name, bool made,
                        struct error **err)
{
    struct volume volume;
    if (volume_find(engine, arena, name, &volume, err) < 0) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        if (!rules->labels.count || made)
            return 0;
        return rules_refuse(rules, "labels", err, "volume \"%s\" is not there: it has to be made, with the labels, before it is used", name);
    }
    if (!made && !volume.anonymous && !container_rules_cover(rules, &volume.labels))
        return error_set_about(err, ERROR_NOT_FOUND, "volume", name, "get %s: no such volume", name);
    return check_backing(rules, name, volume.driver, &volume.options, err);
}

/* The prefix @path is at or below; NULL: none. */
static const char *prefix_of(const struct str_list *prefixes, const char *path)
{
    for (size_t i = 0; i < prefixes->count; i++) {
        size_t len = strlen(prefixes->items[i]);
        if (!strcmp(prefixes->items[i], "/") || (!strncmp(path, prefixes->items[i], len) && (!path[len] || path[len] == '/')))
            return prefixes->items[i];
    }
    return NULL;
}

/* By name first; that no link leads elsewhere is seen to whenever it is opened, and here so that it is said early. */
static int confine(struct arena *arena, const struct container_rules *rules, struct container_mount *mount, struct error **err)
{
    if (str_empty(mount->source) || *mount->source != '/')
        return error_set(err, ERROR_INVALID, 0, "mounts: source \"%s\" of %s is not an absolute path", str_or(mount->source, ""), mount->target);
    mount->source = path_clean(arena, mount->source);
    mount->beneath = prefix_of(&rules->binds, mount->source);
    if (!mount->beneath)
        return rules_refuse(rules, "binds", err, "\"%s\" is in none of [%s]", mount->source, str_join(arena, &rules->binds, ", "));
    return confined_check(mount, err);
}

static int admit_mount(struct engine *engine, struct arena *arena, const struct container_rules *rules, struct container_mount *mount,
                       struct error **err)
{
    mount->beneath = NULL;
    if (check_options(rules, mount, err) < 0)
        return -1;
    if (str_eq(mount->type, "bind"))
        return confine(arena, rules, mount, err);
    if (str_eq(mount->type, "volume") && check_backing(rules, str_or(mount->source, ""), mount->driver, &mount->driver_options, err) < 0)
        return -1;
    if (str_eq(mount->type, "volume"))
        return str_empty(mount->source) ? 0 : check_volume(engine, arena, rules, mount->source, false, err);
    if (str_eq(mount->type, "tmpfs") || str_eq(mount->type, "devpts") || str_eq(mount->type, "image")) /* any image may be run as well */
        return 0;
    return rules_refuse(rules, "binds", err, "a mount of type \"%s\" is not allowed", str_or(mount->type, ""));
}

/* "container[:ro|rw]" with the id in front: containers can be renamed. */
static int admit_from(struct engine *engine, struct arena *arena, const struct container_rules *rules, const char **text, struct error **err)
{
    const char *mode = strchrnul(*text, ':'), *id;
    if (rules_join(engine, arena, rules, arena_strndup(arena, *text, (size_t)(mode - *text)), &id, err) < 0)
        return -1;
    *text = arena_printf(arena, "%s%s", id, mode);
    return 0;
}

int rules_admit_mounts(struct engine *engine, struct arena *arena, const struct container_rules *rules, struct container_spec *spec,
                       struct error **err)
{
    struct container_mount *mounts = arena_array(arena, spec->mounts.count, sizeof *mounts);
    if (spec->mounts.count)
        memcpy(mounts, spec->mounts.items, spec->mounts.count * sizeof *mounts);
    spec->mounts.items = mounts;
    spec->volumes_from = str_list_copy(arena, &spec->volumes_from);
    if (!str_empty(spec->volume_driver) && strcmp(spec->volume_driver, "local"))
        return rules_refuse(rules, "binds", err, "volumes of the driver \"%s\" are not allowed", spec->volume_driver);
    for (size_t i = 0; i < spec->mounts.count; i++)
        if (admit_mount(engine, arena, rules, &mounts[i], err) < 0)
            return -1;
    for (size_t i = 0; i < spec->volumes_from.count; i++)
        if (admit_from(engine, arena, rules, &spec->volumes_from.items[i], err) < 0)
            return -1;
    return 0;
}

/* A bind that is not confined may have got to lead elsewhere since it was made. */
int rules_check_mounts(struct engine *engine, struct arena *arena, const struct container_rules *rules, const struct container *ctr,
                       struct error **err)
{
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        const char *volume = ctr->volume_names.items[i];
        if (check_options(rules, mount, err) < 0 || (*volume && check_volume(engine, arena, rules, volume, true, err) < 0))
            return -1;
        if (!str_eq(mount->type, "bind"))
            continue;
        if (str_empty(mount->beneath) || !prefix_of(&rules->binds, mount->beneath))
            return rules_refuse(rules, "binds", err, "its mount of \"%s\" was not made under them", mount->source);
    }
    return 0;
}
