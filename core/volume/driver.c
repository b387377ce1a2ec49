#include "core/volume/driver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/store/store.h"
#include "core/volume/mounting.h"
#include "core/volume/options.h"
#include "core/volume/plugin.h"
#include "core/volume/volume.h"

static bool is_image(const char *driver)
{
    return !strcmp(driver, "image");
}

static struct image *find_image(struct engine *engine, struct arena *arena, const char *name, const struct str_map *options,
                                struct error **err)
{
    const char *image = str_map_get(options, "image");
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->items[i].key, "image")) {
            error_set(err, ERROR_INVALID, 0, "create %s: invalid option: \"%.200s\": the image driver has image alone", name,
                      options->items[i].key);
            return NULL;
        }
    if (str_empty(image)) {
        error_set(err, ERROR_INVALID, 0, "create %s: missing required option: \"image\"", name);
        return NULL;
    }
    return image_find(engine, arena, image, false, err);
}

int volume_driver_check(struct engine *engine, struct arena *arena, const struct volume_request *request,
                        struct error **err)
{
    struct local_options ignored;
    const char *driver = str_or(request->driver, "local"), *name = str_or(request->name, "");
    if (!strcmp(driver, "local"))
        return local_options_parse(arena, name, &request->options, &ignored, err);
    if (is_image(driver))
        return find_image(engine, arena, name, &request->options, err) ? 0 : -1;
    const char *scope;
    return plugin_check(engine, arena, driver, &scope, err) < 0 ? error_wrap(err, "create %s", name) : 0;
}

int volume_driver_plan(struct engine *engine, struct arena *arena, struct volume *volume, struct error **err)
{
    char random[ID_HEX_SIZE];
    struct local_options options;
    if (is_image(volume->driver)) {
        id_random(random);
        volume->storage_id = arena_strdup(arena, random);
    }
    if (plugin_is(volume->driver)) { /* the owner is its own business */
        volume->needs_chown = false;
        return plugin_check(engine, arena, volume->driver, &volume->scope, err);
    }
    if (strcmp(volume->driver, "local"))
        return 0;
    if (local_options_parse(arena, volume->name, &volume->options, &options, err) < 0)
        return -1;
    volume->needs_chown = !options.has_uid && !options.has_gid;
    return 0;
}

static int make_directory(struct arena *arena, const struct volume *volume, struct error **err)
{
    struct local_options options;
    if (local_options_parse(arena, volume->name, &volume->options, &options, err) < 0 ||
        path_mkdirs(volume->mountpoint, 0755, err) < 0)
        return -1;
    if (options.mounts || (!options.has_uid && !options.has_gid))
        return 0;
    if (lchown(volume->mountpoint, options.has_uid ? (uid_t)options.uid : (uid_t)-1,
               options.has_gid ? (gid_t)options.gid : (gid_t)-1) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "giving %s to its owner", volume->mountpoint);
    return 0;
}

int volume_driver_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    if (plugin_is(volume->driver))
        return plugin_make(engine, arena, volume, err);
    if (!is_image(volume->driver))
        return make_directory(arena, volume, err);
    const struct image *image = find_image(engine, arena, volume->name, &volume->options, err);
    if (!image || path_mkdirs(volume->mountpoint, 0755, err) < 0)
        return -1;
    const char *name = arena_printf(arena, "volume-%s", volume->storage_id);
    return store_create_container(engine->store, volume->storage_id, name, image->id, str_map_get(&volume->options, "image"), err);
}

int volume_driver_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    if (plugin_is(volume->driver)) /* one that was never finished may have been there before */
        return 0;
    if (volume_driver_unmount(engine, arena, volume, NULL, true, err) < 0)
        return -1;
    if (is_image(volume->driver) && store_remove_container(engine->store, volume->storage_id, err) < 0)
        return -1;
    return path_remove_tree(arena_printf(arena, "%s/volumes/%s", engine->state_dir, volume->name), err);
}

int volume_driver_give_up(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    return plugin_is(volume->driver) ? plugin_remove(engine, arena, volume, err) : 0;
}

int volume_driver_mount(struct engine *engine, struct arena *arena, struct volume *volume, const char *user, struct error **err)
{
    if (plugin_is(volume->driver))
        return plugin_mount(engine, arena, volume, user, &volume->mountpoint, err);
    struct local_options options = { .type = "none", .data = "bind", .mounts = true };
    if (path_mkdirs(volume->mountpoint, 0755, err) < 0)
        return -1;
    if (is_image(volume->driver)) {
        if (store_mount_container(engine->store, arena, volume->storage_id, &options.device, err) < 0)
            return -1;
    } else if (local_options_parse(arena, volume->name, &volume->options, &options, err) < 0) {
        return -1;
    }
    return options.mounts ? mounting_mount(arena, volume, &options, err) : 0;
}

int volume_driver_unmount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user, bool last,
                          struct error **err)
{
    autoerror *refused = NULL;
    if (plugin_is(volume->driver)) {
        if (plugin_unmount(engine, arena, volume, user, &refused) < 0)
            log_warn("unmounting volume %s: %s", volume->name, refused->message);
        return 0;
    }
    if (!volume->needs_mount || !last)
        return 0;
    mounting_unmount(volume->mountpoint);
    return is_image(volume->driver) ? store_unmount_container(engine->store, volume->storage_id, err) : 0;
}
