/* What plugins say of volumes, and which drivers there are. */
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/state/state.h"
#include "core/volume/plugin.h"
#include "core/volume/plugin_types.h"
#include "core/volume/volume.h"

int volume_ask(struct engine *engine, struct arena *arena, struct volume *volume, struct str_map *ret_details, struct error **err)
{
    struct plugin_volume seen;
    if (!plugin_is(volume->driver))
        return 0;
    if (plugin_inspect(engine, arena, volume, &seen, err) < 0)
        return -1;
    volume->mountpoint = str_or(volume->mountpoint, str_or(seen.mountpoint, ""));
    *ret_details = seen.details;
    return 0;
}

const char *volume_place(struct engine *engine, struct arena *arena, const char *name)
{
    struct volume volume;
    autoerror *gone = NULL;
    return volume_find(engine, arena, name, &volume, &gone) < 0 ? "" : volume.mountpoint;
}

static void add_once(struct arena *arena, struct str_list *names, const char *name)
{
    if (!str_list_has(names, name))
        str_list_add(arena, names, arena_strdup(arena, name));
}

int volume_drivers(struct engine *engine, struct arena *arena, struct str_list *ret_names, struct error **err)
{
    int row = -1;
    str_list_add(arena, ret_names, "local");
    for (size_t i = 0; i < engine->config->volume_plugins.count; i++)
        add_once(arena, ret_names, engine->config->volume_plugins.items[i].key);
    if (!state_lock(engine->state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(engine->state, "SELECT DISTINCT driver FROM volumes WHERE stage = 0 ORDER BY driver", err);
    while (stmt && (row = state_step(engine->state, stmt, err)) > 0)
        if (plugin_is(state_text(stmt, 0)))
            add_once(arena, ret_names, state_text(stmt, 0));
    state_unlock(engine->state);
    return row;
}
