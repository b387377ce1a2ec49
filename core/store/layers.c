#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/text.h"

#define LINK_LENGTH 26
#define MAX_LOWER (64 * 1024)

/* ---- lists ---- */

static int append_values(struct document *document, struct arena *arena, struct store_layer **list, size_t *count,
                         size_t stable, struct snapshot *snapshot, struct error **err)
{
    for (size_t i = 0; i < snapshot->count; i++) {
        const struct store_layer *value = document_value(document, snapshot->items[i], err);
        if (!value)
            return -1;
        bool twice = false; /* the stable file counts */
        for (size_t j = 0; j < stable && !twice; j++)
            twice = !strcmp((*list)[j].id, value->id);
        if (!twice)
            (*list)[(*count)++] = value_copy_layer(arena, value);
    }
    return 0;
}

int store_layers(struct store *store, struct arena *arena, struct store_layer **ret_layers, size_t *ret_count,
                 struct error **err)
{
    struct snapshot *stable = document_read(&store->layers, err);
    struct snapshot *brief = stable ? document_read(&store->volatile_layers, err) : NULL;
    int rc = -1;
    if (!brief)
        goto out;
    struct store_layer *list = arena_array(arena, stable->count + brief->count, sizeof *list);
    size_t count = 0;
    rc = append_values(&store->layers, arena, &list, &count, 0, stable, err);
    if (!rc)
        rc = append_values(&store->volatile_layers, arena, &list, &count, stable->count, brief, err);
    if (!rc) {
        *ret_layers = list;
        *ret_count = count;
    }
out:
    document_release(&store->layers, stable);
    document_release(&store->volatile_layers, brief);
    return rc;
}

/* 1 found, 0 not, -1 */
static int copy_one(struct document *document, struct arena *arena, const char *id, struct store_layer *layer,
                    struct error **err)
{
    struct snapshot *snapshot = document_read(document, err);
    if (!snapshot)
        return -1;
    long at = document_find(document, snapshot->items, snapshot->count, id, err);
    if (at >= 0)
        *layer = value_copy_layer(arena, document_value(document, snapshot->items[at], err));
    document_release(document, snapshot);
    return at >= 0 ? 1 : at == -1 ? 0 : -1;
}

struct store_layer *store_layer(struct store *store, struct arena *arena, const char *id, struct error **err)
{
    struct store_layer *layer = arena_zalloc(arena, sizeof *layer);
    int found = copy_one(&store->layers, arena, id, layer, err);
    if (!found)
        found = copy_one(&store->volatile_layers, arena, id, layer, err);
    if (!found)
        error_set_about(err, ERROR_NOT_FOUND, "layer", id, "layer %s: not in the store", id);
    return found > 0 ? layer : NULL;
}

void store_layer_id(const char *parent, const char *diff_digest, char ret_id[65])
{
    const char *hex = strchr(diff_digest, ':');
    hex = hex ? hex + 1 : diff_digest;
    if (str_empty(parent)) {
        snprintf(ret_id, 65, "%s", hex);
        return;
    }
    autofree char *text = mem_printf("%s+%s", parent, hex);
    sha256_hex(text, strlen(text), ret_id);
}

/* ---- drafts ---- */

static int drop_incomplete(struct store *store, struct staging *trash, struct draft *draft, struct error **err)
{
    for (size_t i = draft->count; i-- > 0;) {
        if (!draft->items[i]->flagged)
            continue;
        const struct store_layer *layer = document_value(draft->document, draft->items[i], err);
        if (!layer)
            return -1;
        if (!layer->incomplete)
            continue;
        if (store_check_id(layer->id, "layer", err) < 0 || layer_throw(store, trash, layer->id, err) < 0)
            return -1;
        draft_remove(draft, i);
    }
    return 0;
}

int layer_drafts_open(struct store *store, int lock, struct staging *trash, struct layer_drafts *ret_drafts,
                      struct error **err)
{
    *ret_drafts = (struct layer_drafts){ .trash = trash };
    if (draft_open(&ret_drafts->stable, &store->layers, err) < 0 ||
        draft_open(&ret_drafts->brief, &store->volatile_layers, err) < 0 ||
        drop_incomplete(store, trash, &ret_drafts->stable, err) < 0 ||
        drop_incomplete(store, trash, &ret_drafts->brief, err) < 0)
        return -1;
    return layer_drafts_save(ret_drafts, lock, err);
}

int layer_drafts_save(struct layer_drafts *drafts, int lock, struct error **err)
{
    return draft_save(&drafts->stable, lock, err) < 0 ? -1 : draft_save(&drafts->brief, lock, err);
}

void layer_drafts_cleanup(struct layer_drafts *drafts)
{
    draft_cleanup(&drafts->stable);
    draft_cleanup(&drafts->brief);
}

/* The draft that has the layer and where; NULL without *err when none has. */
static struct draft *locate(struct layer_drafts *drafts, const char *id, size_t *ret_at, struct error **err)
{
    struct draft *both[] = { &drafts->stable, &drafts->brief };
    for (int i = 0; i < 2; i++) {
        long at = document_find(both[i]->document, both[i]->items, both[i]->count, id, err);
        if (at == -2)
            return NULL;
        if (at >= 0) {
            *ret_at = (size_t)at;
            return both[i];
        }
    }
    return NULL;
}

const struct store_layer *layer_drafts_find(struct layer_drafts *drafts, const char *id, struct error **err)
{
    size_t at;
    struct draft *draft = locate(drafts, id, &at, err);
    return draft ? document_value(draft->document, draft->items[at], err) : NULL;
}

int layer_drafts_flag(struct layer_drafts *drafts, const char *id, struct error **err)
{
    struct error *failed = NULL;
    size_t at;
    struct draft *draft = locate(drafts, id, &at, &failed);
    if (!draft) {
        *err = failed;
        return failed ? -1 : 0;
    }
    autobuf text = BUF(8 << 20);
    if (text_set_member(&text, draft->items[at]->text, draft->items[at]->len, "flags", "{\"incomplete\":true}") < 0)
        return error_set(err, ERROR_INTERNAL, 0, "record of layer %s cannot be changed", id);
    draft_replace(draft, at, text.data, text.len);
    return 0;
}

int layer_drafts_remove(struct layer_drafts *drafts, const char *id, struct error **err)
{
    struct error *failed = NULL;
    size_t at;
    struct draft *draft = locate(drafts, id, &at, &failed);
    if (draft)
        draft_remove(draft, at);
    if (failed)
        *err = failed;
    return failed ? -1 : 0;
}

/* ---- files ---- */

static char *read_link(struct store *store, const char *id)
{
    autoerror *ignored = NULL;
    autofree char *path = mem_printf("%s/%s/link", store->home, id);
    char *link = path_read(path, LINK_LENGTH, NULL, &ignored);
    if (link && (strlen(link) != LINK_LENGTH || strspn(link, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != LINK_LENGTH)) {
        free(link);
        return NULL;
    }
    return link;
}

int layer_throw(struct store *store, struct staging *trash, const char *id, struct error **err)
{
    autofree char *link = read_link(store, id);
    if (link) {
        autofree char *path = mem_printf("%s/l/%s", store->home, link);
        unlink(path);
    }
    autofree char *split = store_path(store, "overlay-layers/%s.tar-split.gz", id);
    autofree char *data = store_path(store, "overlay-layers/%s", id);
    if (staging_throw(trash, id, err) < 0 || path_remove_tree(data, err) < 0)
        return -1;
    if (unlink(split) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing %s", split);
    return 0;
}

static void random_link(char ret_link[LINK_LENGTH + 1])
{
    unsigned char bytes[LINK_LENGTH];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        abort();
    for (int i = 0; i < LINK_LENGTH; i++)
        ret_link[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[bytes[i] & 31];
    ret_link[LINK_LENGTH] = '\0';
}

char *layer_chain(struct store *store, const char *id, struct error **err)
{
    autofree char *link = read_link(store, id);
    if (!link) {
        error_set(err, ERROR_INTERNAL, 0, "layer %s: its short name (%s/%s/link) is missing or damaged", id,
                  store->home, id);
        return NULL;
    }
    autoerror *none = NULL;
    autofree char *path = mem_printf("%s/%s/lower", store->home, id);
    autofree char *lower = path_read(path, MAX_LOWER, NULL, &none);
    if (!lower && none->kind != ERROR_NOT_FOUND) {
        *err = none;
        none = NULL;
        return NULL;
    }
    return lower ? mem_printf("l/%s:%s", link, lower) : mem_printf("l/%s", link);
}

static int write_text(const char *directory, const char *name, const char *text, struct error **err)
{
    autofree char *path = mem_printf("%s/%s", directory, name);
    return path_write_inplace(path, text, strlen(text), 0644, err);
}

static int make_directory(const char *directory, const char *name, struct error **err)
{
    autofree char *path = mem_printf("%s/%s", directory, name);
    if (mkdir(path, 0700) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", path);
    return 0;
}

int layer_furnish(struct store *store, const char *directory, const char *parent, struct error **err)
{
    autofree char *lower = parent ? layer_chain(store, parent, err) : NULL;
    if (parent && !lower)
        return -1;
    char link[LINK_LENGTH + 1];
    random_link(link);
    if (make_directory(directory, "work", err) < 0 || make_directory(directory, "merged", err) < 0 ||
        write_text(directory, "link", link, err) < 0)
        return -1;
    return lower ? write_text(directory, "lower", lower, err) : make_directory(directory, "empty", err);
}

int layer_publish(struct store *store, const char *id, struct error **err)
{
    autofree char *link = read_link(store, id);
    autofree char *target = mem_printf("../%s/diff", id);
    autofree char *path = mem_printf("%s/l/%s", store->home, link ? link : "");
    if (symlink(target, path) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", path);
    return 0;
}

int layer_dress_root(struct store *store, const char *diff, const char *parent, struct error **err)
{
    struct stat st = { .st_mode = 0555 };
    if (parent) {
        autofree char *above = mem_printf("%s/%s/diff", store->home, parent);
        if (stat(above, &st) < 0)
            return error_set(err, ERROR_INTERNAL, errno, "looking at %s", above);
    }
    if (chown(diff, st.st_uid, st.st_gid) < 0 || chmod(diff, st.st_mode & 07777) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "setting owner and mode of %s", diff);
    return 0;
}
