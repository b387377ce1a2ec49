#include "core/system/check.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/state/state.h"
#include "core/store/store.h"
#include "core/system/repair.h"

static void add(struct checking *checking, struct system_damages *damages, const char *id, const char *what)
{
    struct arena *arena = checking->arena;
    for (size_t i = 0; i < damages->count; i++)
        if (!strcmp(damages->items[i].id, id)) {
            str_list_add(arena, &damages->items[i].what, what);
            return;
        }
    struct system_damage *items = arena_array(arena, damages->count + 1, sizeof *items);
    if (damages->count)
        memcpy(items, damages->items, damages->count * sizeof *items);
    items[damages->count] = (struct system_damage){ .id = id };
    str_list_add(arena, &items[damages->count].what, what);
    damages->items = items;
    damages->count++;
}

bool check_is_damaged(const struct system_damages *damages, const char *id)
{
    for (size_t i = 0; i < damages->count; i++)
        if (!strcmp(damages->items[i].id, id))
            return true;
    return false;
}

static const struct store_layer *find_layer(const struct checking *checking, const char *id)
{
    for (size_t i = 0; i < checking->layer_count; i++)
        if (str_eq(checking->layers[i].id, id))
            return &checking->layers[i];
    return NULL;
}

static void check_layers(struct checking *checking)
{
    struct arena *arena = checking->arena;
    for (size_t i = 0; i < checking->layer_count; i++) {
        const struct store_layer *layer = &checking->layers[i];
        const char *dir = arena_printf(arena, "%s/overlay/%s", checking->engine->root, layer->id);
        if (layer->incomplete)
            continue; /* whoever writes next removes it */
        if (!path_exists(arena_printf(arena, "%s/diff", dir)))
            add(checking, &checking->found.layers, layer->id, "its files are missing");
        else if (!path_exists(arena_printf(arena, "%s/link", dir)))
            add(checking, &checking->found.layers, layer->id, "its short name is missing");
        if (!str_empty(layer->parent) && !find_layer(checking, layer->parent))
            add(checking, &checking->found.layers, layer->id, arena_printf(arena, "its parent %s is missing", layer->parent));
    }
}

/* Marks what stands below, and says what is wrong with it. */
static void check_chain(struct checking *checking, struct system_damages *damages, const char *id, const char *top)
{
    size_t steps = 0;
    for (const char *at = top; !str_empty(at) && steps <= checking->layer_count; steps++) {
        const struct store_layer *layer = find_layer(checking, at);
        if (!layer) {
            if (steps == 0)
                add(checking, damages, id, arena_printf(checking->arena, "layer %s is missing", at));
            return;
        }
        checking->used[layer - checking->layers] = true;
        if (check_is_damaged(&checking->found.layers, at))
            add(checking, damages, id, arena_printf(checking->arena, "layer %s is damaged", at));
        at = layer->parent;
    }
}

static void check_document(struct checking *checking, const struct store_image *image, const struct store_data_info *info)
{
    autoarena *arena = arena_new();
    autoerror *gone = NULL;
    char hex[ID_HEX_SIZE];
    size_t len;
    const char *data = store_image_data(checking->engine->store, arena, image->id, info->key, &len, &gone);
    if (!data) {
        add(checking, &checking->found.images, image->id, arena_printf(checking->arena, "its document %s is missing", info->key));
        return;
    }
    if (checking->options->quick || !info->digest || !str_starts(info->digest, "sha256:"))
        return;
    sha256_hex(data, len, hex);
    if (strcmp(hex, info->digest + strlen("sha256:")) != 0)
        add(checking, &checking->found.images, image->id,
            arena_printf(checking->arena, "its document %s is not what its digest says", info->key));
}

static void check_images(struct checking *checking)
{
    for (size_t i = 0; i < checking->image_count; i++) {
        const struct store_image *image = &checking->images[i];
        check_chain(checking, &checking->found.images, image->id, image->layer);
        for (size_t j = 0; j < image->data_count; j++)
            check_document(checking, image, &image->data[j]);
    }
}

static const struct store_container *find_record(const struct checking *checking, const char *id)
{
    for (size_t i = 0; i < checking->record_count; i++)
        if (!strcmp(checking->records[i].id, id))
            return &checking->records[i];
    return NULL;
}

static void check_containers(struct checking *checking)
{
    for (size_t i = 0; i < checking->record_count; i++) {
        const struct store_container *record = &checking->records[i];
        bool known = str_empty(record->image);
        for (size_t j = 0; j < checking->image_count && !known; j++)
            known = str_eq(checking->images[j].id, record->image);
        if (!known)
            add(checking, &checking->found.containers, record->id, arena_printf(checking->arena, "image %s is missing", record->image));
        check_chain(checking, &checking->found.containers, record->id, record->layer);
    }
    for (size_t i = 0; i < checking->ours.count; i++)
        if (!find_record(checking, checking->ours.items[i]->id))
            add(checking, &checking->found.containers, arena_strdup(checking->arena, checking->ours.items[i]->id),
                "its record in the store is missing");
}

static void check_forgotten(struct checking *checking)
{
    int64_t before = clock_now() - checking->options->forgotten_ns;
    for (size_t i = 0; i < checking->layer_count; i++)
        if (!checking->used[i] && !checking->layers[i].incomplete && checking->layers[i].created_unix_ns < before)
            add(checking, &checking->found.layers, checking->layers[i].id, "nothing refers to it");
}

static int check_database(struct checking *checking, struct error **err)
{
    struct state *state = checking->engine->state;
    if (!state_lock(state, err))
        return -1;
    sqlite3_stmt *stmt = state_prepare(state, checking->options->quick ? "PRAGMA quick_check" : "PRAGMA integrity_check", err);
    int row = -1;
    while (stmt && (row = state_step(state, stmt, err)) > 0)
        if (strcmp(state_text(stmt, 0), "ok") != 0)
            str_list_add(checking->arena, &checking->found.database, arena_strdup(checking->arena, state_text(stmt, 0)));
    state_unlock(state);
    return row;
}

static int read_all(struct checking *checking, struct error **err)
{
    static const struct container_filters every;
    struct store *store = checking->engine->store;
    struct arena *arena = checking->arena;
    if (container_list(checking->engine, &every, true, 0, &checking->ours, err) < 0 ||
        store_containers(store, arena, &checking->records, &checking->record_count, err) < 0 ||
        store_images(store, arena, &checking->images, &checking->image_count, err) < 0 ||
        store_layers(store, arena, &checking->layers, &checking->layer_count, err) < 0)
        return -1;
    checking->used = arena_array(arena, checking->layer_count + 1, sizeof *checking->used);
    return 0;
}

int system_check(struct engine *engine, struct arena *arena, const struct system_check_options *options,
                 struct system_check *ret_check, struct error **err)
{
    struct checking checking = { .engine = engine, .arena = arena, .options = options };
    int rc = read_all(&checking, err);
    if (!rc) {
        check_layers(&checking);
        check_images(&checking);
        check_containers(&checking);
        check_forgotten(&checking);
        rc = check_database(&checking, err);
    }
    if (!rc && options->repair)
        rc = system_repair(&checking, err);
    container_list_free(&checking.ours);
    *ret_check = checking.found;
    return rc;
}
