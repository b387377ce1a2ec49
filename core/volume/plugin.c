#include "core/volume/plugin.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/volume/plugin_call.h"
#include "core/volume/plugin_places.h"
#include "core/volume/plugin_types.h"
#include "core/volume/volume.h"

bool plugin_is(const char *driver)
{
    return strcmp(driver, "local") != 0 && strcmp(driver, "image") != 0;
}

static int ask(struct engine *engine, struct arena *arena, const struct plugin_place *place, const char *method,
               const struct schema *schema, const void *question, struct plugin_answer **ret_answer, struct error **err)
{
    return plugin_call(arena, place, method, schema, question, engine->config->volume_plugin_timeout, ret_answer, err);
}

/* Plugins may do nothing before they are activated, and may have been started anew since. */
static int open_plugin(struct engine *engine, struct arena *arena, const char *driver, struct plugin_place *ret_place, struct error **err)
{
    static const struct plugin_nothing nothing;
    struct plugin_answer *answer;
    if (plugin_place_find(engine->config, arena, driver, ret_place, err) < 0)
        return -1;
    if (ask(engine, arena, ret_place, "Plugin.Activate", plugin_nothing_schema(), &nothing, &answer, err) < 0) {
        (*err)->kind = ERROR_INTERNAL;
        return -1;
    }
    if (!str_list_has(&answer->implements, "VolumeDriver"))
        return error_set_about(err, ERROR_NOT_FOUND, "volume driver", driver, "plugin \"%s\" does not implement VolumeDriver", driver);
    return 0;
}

/* A question about one volume. @user: may be NULL */
static int ask_about(struct engine *engine, struct arena *arena, const struct plugin_place *place, const char *method,
                     const struct volume *volume, const char *user, struct plugin_answer **ret_answer, struct error **err)
{
    const struct plugin_subject subject = { .name = volume->name, .id = user };
    return ask(engine, arena, place, method, plugin_subject_schema(), &subject, ret_answer, err);
}

/* 1 it has it, 0 not, -1 with *err */
static int has(struct engine *engine, struct arena *arena, const struct plugin_place *place, const struct volume *volume,
               struct error **err)
{
    struct plugin_answer *answer;
    if (ask_about(engine, arena, place, "VolumeDriver.Get", volume, NULL, &answer, err) == 0)
        return answer->volume != NULL;
    if ((*err)->kind != ERROR_INVALID)
        return -1;
    error_clear(err);
    return 0;
}

int plugin_check(struct engine *engine, struct arena *arena, const char *driver, const char **ret_scope, struct error **err)
{
    static const struct plugin_nothing nothing;
    struct plugin_place place;
    struct plugin_answer *answer;
    autoerror *unknown = NULL; /* older plugins do not know the question */
    if (open_plugin(engine, arena, driver, &place, err) < 0)
        return -1;
    *ret_scope = "local";
    if (ask(engine, arena, &place, "VolumeDriver.Capabilities", plugin_nothing_schema(), &nothing, &answer, &unknown) == 0 &&
        str_eq(answer->capabilities.scope, "global"))
        *ret_scope = "global";
    return 0;
}

int plugin_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    struct plugin_place place;
    struct plugin_answer *answer;
    if (open_plugin(engine, arena, volume->driver, &place, err) < 0)
        return -1;
    int there = has(engine, arena, &place, volume, err);
    if (there)
        return there < 0 ? -1 : 0;
    const struct plugin_create wish = { volume->name, volume->options };
    if (ask(engine, arena, &place, "VolumeDriver.Create", plugin_create_schema(), &wish, &answer, err) < 0)
        return error_wrap(err, "create %s", volume->name);
    return 0;
}

int plugin_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    struct plugin_place place;
    struct plugin_answer *answer;
    if (open_plugin(engine, arena, volume->driver, &place, err) < 0)
        return error_wrap(err, "remove %s", volume->name);
    int there = has(engine, arena, &place, volume, err);
    if (there == 0 || (there > 0 && ask_about(engine, arena, &place, "VolumeDriver.Remove", volume, NULL, &answer, err) == 0))
        return 0;
    if ((*err)->kind == ERROR_INVALID)
        (*err)->kind = ERROR_CONFLICT;
    return error_wrap(err, "remove %s", volume->name);
}

static int check_mountpoint(const struct volume *volume, const char *mountpoint, struct error **err)
{
    struct stat st;
    if (str_empty(mountpoint) || *mountpoint != '/')
        return error_set(err, ERROR_INTERNAL, 0, "VolumeDriver.Mount: plugin \"%s\" answers the mountpoint \"%.200s\": expected an absolute path",
                         volume->driver, str_or(mountpoint, ""));
    if (stat(mountpoint, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "VolumeDriver.Mount: plugin \"%s\" answers the mountpoint %.1000s", volume->driver,
                         mountpoint);
    if (!S_ISDIR(st.st_mode))
        return error_set(err, ERROR_INTERNAL, 0, "VolumeDriver.Mount: plugin \"%s\" answers the mountpoint %.1000s, which is no directory",
                         volume->driver, mountpoint);
    return 0;
}

int plugin_mount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user,
                 const char **ret_mountpoint, struct error **err)
{
    struct plugin_place place;
    struct plugin_answer *answer;
    if (open_plugin(engine, arena, volume->driver, &place, err) < 0 ||
        ask_about(engine, arena, &place, "VolumeDriver.Mount", volume, user, &answer, err) < 0 ||
        check_mountpoint(volume, answer->mountpoint, err) < 0)
        return error_wrap(err, "error while mounting volume '%s'", volume->name);
    *ret_mountpoint = answer->mountpoint;
    return 0;
}

int plugin_unmount(struct engine *engine, struct arena *arena, const struct volume *volume, const char *user, struct error **err)
{
    struct plugin_place place;
    struct plugin_answer *answer;
    if (open_plugin(engine, arena, volume->driver, &place, err) < 0)
        return -1;
    return ask_about(engine, arena, &place, "VolumeDriver.Unmount", volume, user, &answer, err);
}

int plugin_inspect(struct engine *engine, struct arena *arena, const struct volume *volume, struct plugin_volume *ret_seen,
                   struct error **err)
{
    struct plugin_place place;
    struct plugin_answer *answer, *where;
    autoerror *nowhere = NULL; /* it is not mounted: some plugins take that for an error */
    if (open_plugin(engine, arena, volume->driver, &place, err) < 0 ||
        ask_about(engine, arena, &place, "VolumeDriver.Get", volume, NULL, &answer, err) < 0) {
        if ((*err)->kind == ERROR_INVALID)
            (*err)->kind = ERROR_NOT_FOUND;
        return error_wrap(err, "get %s", volume->name);
    }
    if (!answer->volume)
        return error_set(err, ERROR_NOT_FOUND, 0, "get %s: plugin \"%s\" has no such volume", volume->name, volume->driver);
    *ret_seen = *answer->volume;
    if (str_empty(ret_seen->mountpoint) && ask_about(engine, arena, &place, "VolumeDriver.Path", volume, NULL, &where, &nowhere) == 0)
        ret_seen->mountpoint = where->mountpoint;
    return 0;
}

int plugin_list(struct engine *engine, struct arena *arena, const char *driver, struct plugin_answer **ret_answer,
                struct error **err)
{
    static const struct plugin_nothing nothing;
    struct plugin_place place;
    if (open_plugin(engine, arena, driver, &place, err) < 0)
        return -1;
    return ask(engine, arena, &place, "VolumeDriver.List", plugin_nothing_schema(), &nothing, ret_answer, err);
}
