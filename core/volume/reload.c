/* Takes over what plugins have, and forgets what they have no more. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/volume/plugin.h"
#include "core/volume/plugin_places.h"
#include "core/volume/plugin_types.h"
#include "core/volume/volume.h"

struct reload {
    struct engine *engine;
    struct arena *arena;
    struct volume_list known;
    struct volume_reload *report;
};

static void note(struct reload *reload, const struct error *failure)
{
    str_list_add(reload->arena, &reload->report->errors, arena_strdup(reload->arena, failure->message));
}

static const struct volume *find(const struct reload *reload, const char *name)
{
    for (size_t i = 0; i < reload->known.count; i++)
        if (!strcmp(reload->known.items[i].name, name))
            return &reload->known.items[i];
    return NULL;
}

static void take_over(struct reload *reload, const char *driver, const char *name)
{
    struct volume made;
    autoerror *failure = NULL;
    const struct volume_request request = { .name = name, .driver = driver };
    const struct volume *known = find(reload, name);
    if (known && !strcmp(known->driver, driver))
        return;
    if (volume_create(reload->engine, reload->arena, &request, &made, &failure) < 0)
        note(reload, failure);
    else
        str_list_add(reload->arena, &reload->report->added, name);
}

static bool lists(const struct plugin_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->volumes.count; i++)
        if (str_eq(answer->volumes.items[i].name, name))
            return true;
    return false;
}

static void forget_gone(struct reload *reload, const char *driver, const struct plugin_answer *answer)
{
    for (size_t i = 0; i < reload->known.count; i++) {
        const char *name = reload->known.items[i].name;
        autoerror *failure = NULL;
        if (strcmp(reload->known.items[i].driver, driver) || lists(answer, name))
            continue;
        if (volume_remove(reload->engine, name, false, &failure) == 0)
            str_list_add(reload->arena, &reload->report->removed, name);
        else if (failure->kind != ERROR_NOT_FOUND)
            note(reload, failure);
    }
}

/* @configured: one that is not a plugin for volumes is a mistake, not just another kind of plugin. */
static void reload_driver(struct reload *reload, const char *driver, bool configured)
{
    struct plugin_answer *answer;
    autoerror *failure = NULL;
    if (plugin_list(reload->engine, reload->arena, driver, &answer, &failure) < 0) {
        if (configured || failure->kind != ERROR_NOT_FOUND)
            note(reload, failure);
        return;
    }
    for (size_t i = 0; i < answer->volumes.count; i++)
        if (!str_empty(answer->volumes.items[i].name))
            take_over(reload, driver, answer->volumes.items[i].name);
    forget_gone(reload, driver, answer);
}

int volume_reload(struct engine *engine, struct arena *arena, struct volume_reload *ret_report, struct error **err)
{
    static const struct volume_filters every;
    struct reload reload = { .engine = engine, .arena = arena, .report = ret_report };
    struct str_list drivers = { 0 };
    *ret_report = (struct volume_reload){ 0 };
    if (volume_list(engine, arena, &every, &reload.known, err) < 0)
        return -1;
    plugin_place_names(engine->config, arena, &drivers);
    for (size_t i = 0; i < drivers.count; i++)
        reload_driver(&reload, drivers.items[i], str_map_get(&engine->config->volume_plugins, drivers.items[i]) != NULL);
    return 0;
}
