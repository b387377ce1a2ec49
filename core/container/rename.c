#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/lock.h"
#include "core/container/name.h"
#include "core/container/row.h"
#include "core/engine.h"
#include "core/store/store.h"

int container_rename(struct engine *engine, const char *key, const char *name, struct error **err)
{
    autoarena *arena = arena_new();
    name += *name == '/';
    if (str_check_name(name, "name", err) < 0)
        return -1;
    autocontainer *found = container_find(engine, key, err);
    if (!found)
        return -1;
    autofd lock = container_lock(engine, found->id, "rename", err);
    if (lock < 0)
        return -1;
    autocontainer *ctr = row_get(engine, found->id, err);
    if (!ctr)
        return -1;
    if (!strcmp(ctr->name, name))
        return error_set(err, ERROR_INVALID, 0, "name: Renaming a container with the same name as its current name");
    struct str_map attributes = { 0 };
    str_map_set(arena, &attributes, "oldName", arena_printf(arena, "/%s", ctr->name));
    str_map_set(arena, &attributes, "name", name);
    if (row_change(engine, ctr, "rename", &attributes, err, "UPDATE containers SET name = ?1, rev = rev + 1 WHERE id = ?2", "ss", name, ctr->id) < 0) {
        if (!strstr((*err)->message, "UNIQUE"))
            return -1;
        return container_name_in_use(engine, name, err);
    }
    return store_rename_container(engine->store, ctr->id, name, err);
}
