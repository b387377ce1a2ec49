#include "core/container/files/changes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/base/walk.h"
#include "core/container/container.h"
#include "core/container/files/view.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/store/store.h"

#define MAX_DEPTH 512

struct comparison {
    struct arena *arena;
    struct container_change *items;
    size_t count, room;
    const struct container_view *view; /* what is compared; NULL: the layer itself */
    struct error **err;
};

int container_own_file(const char *path)
{
    static const char *const files[] = { "dev",      "proc", "sys", "run/.containerenv", "run/secrets", ".dockerenv", "etc/hosts",
                                         "etc/hostname", "etc/resolv.conf", "etc/mtab" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t len = strlen(files[i]);
        if (!strncmp(path, files[i], len) && (!path[len] || path[len] == '/'))
            return 1;
    }
    return 0;
}

/* ---- what there is ---- */

static bool look(int dir, const char *name, struct stat *st)
{
    return dir >= 0 && fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) == 0;
}

static int open_directory(int dir, const char *name)
{
    return dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

/* Nothing of the lower layers shows through. */
static bool is_opaque(int fd)
{
    char value[2];
    return (fgetxattr(fd, "trusted.overlay.opaque", value, sizeof value) == 1 ||
            fgetxattr(fd, "user.overlay.opaque", value, sizeof value) == 1) &&
           *value == 'y';
}

static bool differ(const struct stat *a, const struct stat *b)
{
    if (a->st_mode != b->st_mode || a->st_uid != b->st_uid || a->st_gid != b->st_gid || a->st_rdev != b->st_rdev)
        return true;
    /* Whatever is made in a directory changes its time and size. */
    return !S_ISDIR(a->st_mode) && (a->st_size != b->st_size || a->st_mtim.tv_sec != b->st_mtim.tv_sec ||
                                    (a->st_mtim.tv_nsec != b->st_mtim.tv_nsec && a->st_mtim.tv_nsec && b->st_mtim.tv_nsec));
}

/* ---- the comparison ---- */

static int add(struct comparison *comparison, const char *path, enum container_change_kind kind)
{
    if (comparison->count == CONTAINER_MAX_CHANGES)
        return error_set(comparison->err, ERROR_TOO_LARGE, 0, "more than %u paths differ", CONTAINER_MAX_CHANGES);
    if (comparison->count == comparison->room)
        comparison->items = mem_regrow(comparison->items, comparison->room = comparison->room ? comparison->room * 2 : 64,
                                       sizeof *comparison->items);
    comparison->items[comparison->count++] = (struct container_change){ arena_printf(comparison->arena, "/%s", path), kind };
    return 0;
}

static int compare(struct comparison *comparison, int now, int before, const char *path, bool whole, int depth);

static int compare_directory(struct comparison *comparison, int now, int before, const char *name, const char *path, bool whole,
                             int depth)
{
    autofd upper = open_directory(now, name), lower = open_directory(before, name);
    if (upper < 0) /* gone meanwhile */
        return 0;
    if (depth == MAX_DEPTH)
        return error_set(comparison->err, ERROR_INVALID, 0, "%.200s…: more than %d levels deep", path, MAX_DEPTH);
    return compare(comparison, upper, lower, path, whole || is_opaque(upper), depth + 1);
}

/* A directory that was made for such files alone. */
static bool is_own_directory(const char *path)
{
    return !strcmp(path, "etc") || !strcmp(path, "run");
}

/* @whole: what is not in @now is gone; else only what a whiteout says */
static int compare_one(struct comparison *comparison, int now, int before, const char *name, const char *path, bool whole, int depth)
{
    struct stat upper, lower;
    bool was = look(before, name, &lower);
    if (container_own_file(path) || !look(now, name, &upper))
        return 0;
    container_view_owner *owner = comparison->view ? container_view_mapping(comparison->view) : NULL;
    if (owner)
        owner(comparison->view->ctr->spec, &upper.st_uid, &upper.st_gid);
    if (!whole && S_ISCHR(upper.st_mode) && upper.st_rdev == makedev(0, 0))
        return was ? add(comparison, path, CONTAINER_DELETED) : 0;
    size_t at = comparison->count;
    bool both = was && S_ISDIR(lower.st_mode);
    if (S_ISDIR(upper.st_mode) && compare_directory(comparison, now, both ? before : -1, name, path, whole, depth) < 0)
        return -1;
    if (comparison->count == at && (was ? !differ(&upper, &lower) : is_own_directory(path)))
        return 0;
    return add(comparison, path, was ? CONTAINER_MODIFIED : CONTAINER_ADDED);
}

static int add_missing(struct comparison *comparison, int now, int before, const char *path)
{
    struct walk_names names = { 0 };
    struct stat st;
    int rc = before < 0 ? 0 : walk_list(before, path, &names, comparison->err);
    for (size_t i = 0; rc == 0 && i < names.count; i++) {
        autofree char *below = mem_printf("%s%s%s", path, *path ? "/" : "", names.items[i]);
        if (!look(now, names.items[i], &st) && !container_own_file(below))
            rc = add(comparison, below, CONTAINER_DELETED);
    }
    walk_names_free(&names);
    return rc;
}

static int compare(struct comparison *comparison, int now, int before, const char *path, bool whole, int depth)
{
    struct walk_names names;
    int rc = walk_list(now, path, &names, comparison->err);
    for (size_t i = 0; rc == 0 && i < names.count; i++) {
        autofree char *below = mem_printf("%s%s%s", path, *path ? "/" : "", names.items[i]);
        rc = compare_one(comparison, now, before, names.items[i], below, whole, depth);
    }
    walk_names_free(&names);
    return rc == 0 && whole ? add_missing(comparison, now, before, path) : rc;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct container_change *)a)->path, ((const struct container_change *)b)->path);
}

static int finish(struct comparison *comparison, int rc, struct container_change **ret_changes, size_t *ret_count)
{
    if (rc == 0) {
        if (comparison->count)
            qsort(comparison->items, comparison->count, sizeof *comparison->items, by_path);
        *ret_changes = arena_array(comparison->arena, comparison->count + 1, sizeof **ret_changes);
        if (comparison->count)
            memcpy(*ret_changes, comparison->items, comparison->count * sizeof **ret_changes);
        *ret_count = comparison->count;
    }
    free(comparison->items);
    return rc;
}

/* ---- with the image ---- */

static int compare_own(struct engine *engine, struct comparison *comparison, const struct container *ctr)
{
    const char *diff = store_container_diff(engine->store, comparison->arena, ctr->id, comparison->err);
    if (!diff)
        return -1;
    autofd now = open(diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    autofd before = now < 0 ? -1 : store_open_lower(engine->store, ctr->id, comparison->err);
    if (now < 0)
        return error_set(comparison->err, ERROR_INTERNAL, errno, "opening %s", diff);
    return before < 0 ? -1 : compare(comparison, now, before, "", false, 0);
}

/* The whole of both trees is compared: nothing says in which layers they differ. */
static int compare_with(struct engine *engine, struct comparison *comparison, const struct container *ctr, const char *parent)
{
    struct container_view view;
    const struct image *image = image_find(engine, comparison->arena, parent, false, comparison->err);
    autofd before = !image || str_empty(image->top_layer) ? -1 : store_open_layers(engine->store, image->top_layer, comparison->err);
    if (*comparison->err)
        return -1;
    int rc = container_view_open(engine, comparison->arena, ctr, &view, comparison->err);
    if (rc == 0) {
        comparison->view = &view;
        autofd now = open(view.rootfs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = now < 0 ? error_set(comparison->err, ERROR_INTERNAL, errno, "opening %s", view.rootfs)
                     : compare(comparison, now, before, "", true, 0);
    }
    container_view_close(&view);
    return rc;
}

int container_changes(struct engine *engine, struct arena *arena, const char *key, const char *parent,
                      struct container_change **ret_changes, size_t *ret_count, struct error **err)
{
    struct comparison comparison = { .arena = arena, .err = err };
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    int rc = str_empty(parent) ? compare_own(engine, &comparison, ctr) : compare_with(engine, &comparison, ctr, parent);
    return finish(&comparison, rc, ret_changes, ret_count);
}
