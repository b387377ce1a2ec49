#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/fd.h"
#include "core/store/records.h"
#include "core/store/stage.h"

struct commit {
    struct store_staged *staged;
    const char *id, *parent;
    int lock;
    struct layer_drafts *drafts;
};

static void fill_ids(struct arena *arena, const struct id_set *set, int64_t **ret_items, size_t *ret_count)
{
    *ret_count = set->many ? 0 : set->count;
    *ret_items = arena_array(arena, *ret_count, sizeof **ret_items);
    for (size_t i = 0; i < *ret_count; i++)
        (*ret_items)[i] = set->items[i];
}

static void print_record(const struct commit *commit, bool complete, struct buf *out)
{
    const struct store_staged *staged = commit->staged;
    autoarena *arena = arena_new();
    struct layer_record record = { .id = commit->id, .parent = commit->parent, .created = clock_now() };
    if (complete) {
        record.compressed_digest = staged->compressed_digest;
        record.compressed_size = staged->compressed_size;
        record.diff_digest = staged->diff_digest;
        record.diff_size = staged->diff_size;
        record.compression = staged->compression;
        fill_ids(arena, &staged->content.uids, &record.uids.items, &record.uids.count);
        fill_ids(arena, &staged->content.gids, &record.gids.items, &record.gids.count);
    } else {
        str_map_set(arena, &record.flags, "incomplete", "true");
    }
    schema_encode(out, layer_record_schema(), &record, SCHEMA_NEWEST);
}

/* It is small, and a copy needs no care about what is mounted where. */
static int copy_split(const struct commit *commit, struct error **err)
{
    autofree char *from = mem_printf("%s/tar-split.gz", commit->staged->staging.path);
    autofree char *to = store_path(commit->staged->store, "overlay-layers/%s.tar-split.gz", commit->id);
    autofd in = open(from, O_RDONLY | O_CLOEXEC);
    autofd out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (in < 0 || out < 0 || fd_copy_raw(in, out, 0) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "writing %s", to);
    return 0;
}

static int move_files(const struct commit *commit, struct error **err)
{
    struct store_staged *staged = commit->staged;
    struct store *store = staged->store;
    autofree char *from = mem_printf("%s/layer", staged->staging.path);
    autofree char *diff = mem_printf("%s/diff", from);
    autofree char *name = mem_printf("%s/layer", staged->staging.name);
    autofree char *to = mem_printf("overlay/%s", commit->id);
    if (!staged->content.root_seen && layer_dress_root(store, diff, commit->parent, err) < 0)
        return -1;
    /* Whatever is there has no record: left by a program that died. */
    if (layer_throw(store, commit->drafts->trash, commit->id, err) < 0 ||
        layer_furnish(store, from, commit->parent, err) < 0)
        return -1;
    if (store_move(store, name, to) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "moving a layer to %s/%s", store->root, to);
    if (layer_publish(store, commit->id, err) < 0)
        return -1;
    return copy_split(commit, err);
}

/* Record that says incomplete, files, record that does not: whoever loads the list after a crash removes what is there.
 */
static int commit_files(struct commit *commit, struct error **err)
{
    struct draft *draft = &commit->drafts->stable;
    autobuf text = BUF(1 << 20);
    print_record(commit, false, &text);
    draft_append(draft, text.data, text.len);
    size_t at = draft->count - 1;
    if (layer_drafts_save(commit->drafts, commit->lock, err) < 0)
        return -1;
    if (move_files(commit, err) < 0) {
        autoerror *second = NULL; /* the flagged record stays if even this fails, and is found by the next */
        if (!layer_throw(commit->staged->store, commit->drafts->trash, commit->id, &second)) {
            draft_remove(draft, at);
            (void)layer_drafts_save(commit->drafts, commit->lock, &second);
        }
        return -1;
    }
    buf_clear(&text);
    print_record(commit, true, &text);
    draft_replace(draft, at, text.data, text.len);
    return layer_drafts_save(commit->drafts, commit->lock, err);
}

int store_commit_layer(struct store *store, struct store_staged *staged, const char *parent, char ret_id[65],
                       struct error **err)
{
    char id[65];
    if (!str_empty(parent) && store_check_id(parent, "parent layer", err) < 0)
        return -1;
    store_layer_id(parent, staged->diff_digest, id);
    autostaging trash = STAGING(store);
    autofd lock = locks_take(store, LOCK_LAYERS, err);
    autolayerdrafts drafts = { 0 };
    if (lock < 0 || layer_drafts_open(store, lock, &trash, &drafts, err) < 0)
        return -1;
    struct error *failed = NULL;
    const struct store_layer *there = layer_drafts_find(&drafts, id, &failed);
    const struct store_layer *below = failed || str_empty(parent) ? NULL : layer_drafts_find(&drafts, parent, &failed);
    if (failed) {
        *err = failed;
        return -1;
    }
    if (!there && !str_empty(parent) && !below)
        return error_set_about(err, ERROR_NOT_FOUND, "layer", parent, "layer %s: its parent %s is not in the store", id,
                               parent);
    struct commit commit = { staged, id, str_empty(parent) ? NULL : parent, lock, &drafts };
    if (!there && commit_files(&commit, err) < 0)
        return -1;
    memcpy(ret_id, id, sizeof id);
    return 0;
}
