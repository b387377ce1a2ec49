#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/volume/filter.h"
#include "core/volume/row.h"

int volume_find(struct engine *engine, struct arena *arena, const char *name, struct volume *ret_volume, struct error **err)
{
    enum volume_stage stage = VOLUME_READY;
    if (!state_lock(engine->state, err))
        return -1;
    int row = volume_row_find(engine, arena, name, ret_volume, &stage, err);
    state_unlock(engine->state);
    if (row == 0 || (row > 0 && stage != VOLUME_READY))
        return error_set_about(err, ERROR_NOT_FOUND, "volume", name, "get %s: no such volume", name);
    return row < 0 ? -1 : 0;
}

static int read_all(struct engine *engine, struct arena *arena, struct volume_list *list, struct error **err)
{
    size_t room = 0;
    int row;
    sqlite3_stmt *stmt = state_prepare(engine->state, VOLUME_ROWS " WHERE stage = 0 ORDER BY name", err);
    if (!stmt)
        return -1;
    while ((row = state_step(engine->state, stmt, err)) > 0) {
        if (list->count == room) {
            struct volume *grown = arena_array(arena, room = room ? room * 2 : 16, sizeof *grown);
            if (list->count)
                memcpy(grown, list->items, list->count * sizeof *grown);
            list->items = grown;
        }
        volume_row_read(engine, arena, stmt, &list->items[list->count++]);
    }
    return row;
}

int volume_list(struct engine *engine, struct arena *arena, const struct volume_filters *filters,
                struct volume_list *ret_list, struct error **err)
{
    struct volume_list list = { 0 };
    int64_t after = 0;
    if (!state_lock(engine->state, err))
        return -1;
    int rc = read_all(engine, arena, &list, err);
    state_unlock(engine->state);
    if (rc < 0 || volume_filter_after(filters, &list, &after, err) < 0)
        return -1;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++)
        if (volume_matches(filters, &list.items[i], after))
            list.items[kept++] = list.items[i];
    list.count = kept;
    *ret_list = list;
    return 0;
}

int volume_users(struct engine *engine, struct arena *arena, const char *name, struct str_list *ret_ids,
                 struct error **err)
{
    struct str_list ids = { 0 };
    if (!state_lock(engine->state, err))
        return -1;
    int rc = volume_row_users(engine, arena, name, &ids, err);
    state_unlock(engine->state);
    if (rc == 0)
        *ret_ids = ids;
    return rc;
}
