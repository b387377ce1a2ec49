/*
 * Container roots are mounted at RUNROOT/coracle/mounts/ID, not at the layer's own `merged`: podman binds the layers'
 * home over itself while it runs, which would hide mounts made below it. mountpoints.json says so all the same, so that
 * `podman rm` of a container of ours is refused while it is mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/mapped.h"
#include "core/store/records.h"

static char *mount_path(struct store *store, const char *id)
{
    return store_run_path(store, "coracle/mounts/%s", id);
}

static bool is_mounted(const char *path)
{
    struct statx st;
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &st) < 0)
        return false;
    return st.stx_attributes & STATX_ATTR_MOUNT_ROOT;
}

/* ---- mountpoints.json ---- */

/* @path: NULL removes the entry */
static int count_mount(struct store *store, const char *layer, const char *path, struct error **err)
{
    autofd lock = locks_take(store, LOCK_MOUNTS, err);
    autodraft draft = { 0 };
    if (lock < 0 || draft_open(&draft, &store->mounts, err) < 0)
        return -1;
    long at = document_find(&store->mounts, draft.items, draft.count, layer, err);
    if (at == -2)
        return -1;
    if (path) {
        autobuf text = BUF(1 << 16);
        struct mount_record record = { .id = layer, .path = path, .count = 1 };
        schema_encode(&text, mount_record_schema(), &record, SCHEMA_NEWEST);
        if (at >= 0 && draft.items[at]->len == text.len && !memcmp(draft.items[at]->text, text.data, text.len))
            return 0;
        if (at >= 0)
            draft_replace(&draft, (size_t)at, text.data, text.len);
        else
            draft_append(&draft, text.data, text.len);
    } else if (at >= 0) {
        draft_remove(&draft, (size_t)at);
    }
    return draft_save(&draft, lock, err);
}

/* ---- mounting ---- */

struct overlay {
    const char *home, *target, *options;
    const struct mapped_home *mapped; /* what home is then; else NULL */
    bool relative;
    int failure; /* errno, 0 when it worked */
};

static void do_mount(struct overlay *overlay)
{
    overlay->failure = mount("overlay", overlay->target, "overlay", 0, overlay->options) < 0 ? errno : 0;
}

/* A working directory of its own for this thread, so that many layers fit into the one page of options. */
static void *mount_from_home(void *context)
{
    struct overlay *overlay = context;
    if (unshare(CLONE_FS) < 0 || chdir(overlay->home) < 0 || (overlay->mapped && mapped_home_act(overlay->mapped) < 0))
        overlay->failure = errno;
    else
        do_mount(overlay);
    return NULL;
}

/* Characters that separate options cannot stand in paths; relative ones have none. */
static bool fits(const char *home, const char *options)
{
    return strlen(options) < (size_t)sysconf(_SC_PAGESIZE) - 1 && !strpbrk(home, ":,\\");
}

static char *print_options(struct store *store, const char *layer, const char *lower, bool relative)
{
    autofree char *base = relative ? mem_strdup("") : mem_printf("%s/", store->home);
    autobuf out = BUF(1 << 20);
    buf_puts(&out, "lowerdir=");
    for (const char *at = lower; *at;) { /* "l/A:l/B" */
        size_t len = strcspn(at, ":");
        buf_printf(&out, "%s%s%.*s", at == lower ? "" : ":", base, (int)len, at);
        at += len + (at[len] == ':');
    }
    buf_printf(&out, ",upperdir=%s%s/diff,workdir=%s%s/work%s", base, layer, base, layer,
               store->user_namespace ? ",userxattr" : "");
    return buf_take(&out);
}

static int mount_on_thread(struct overlay *overlay, const char *layer, struct error **err)
{
    pthread_t thread;
    if (strlen(overlay->options) >= (size_t)sysconf(_SC_PAGESIZE) - 1)
        return error_set(err, ERROR_UNSUPPORTED, 0, "layer %s: more layers below it than fit into one mount", layer);
    overlay->failure = pthread_create(&thread, NULL, mount_from_home, overlay);
    if (!overlay->failure)
        pthread_join(thread, NULL);
    return 0;
}

/* @mapped: the home of the layers through a mapping, or NULL */
static int mount_overlay(struct store *store, const char *layer, const char *target, const struct mapped_home *mapped, struct error **err)
{
    autofree char *path = mem_printf("%s/%s/lower", store->home, layer);
    autoerror *none = NULL;
    autofree char *lower = path_read(path, 64 * 1024, NULL, &none);
    if (!lower && none->kind != ERROR_NOT_FOUND) {
        *err = none;
        none = NULL;
        return -1;
    }
    if (!lower)
        lower = mem_printf("%s/empty", layer);
    autofree char *options = print_options(store, layer, lower, false);
    struct overlay overlay = { mapped ? mapped->path : store->home, target, options, mapped, mapped || !fits(store->home, options), 0 };
    autofree char *short_options = overlay.relative ? print_options(store, layer, lower, true) : NULL;
    if (!overlay.relative) {
        do_mount(&overlay);
    } else {
        overlay.options = short_options;
        if (mount_on_thread(&overlay, layer, err) < 0)
            return -1;
    }
    if (overlay.failure)
        return error_set(err, ERROR_INTERNAL, overlay.failure, "mounting layer %s at %s", layer, target);
    return 0;
}

struct layer_mount {
    struct store *store;
    const char *id, *layer;
    int userns; /* -1: none */
};

static int mount_layer(void *context, const char *target, struct error **err)
{
    const struct layer_mount *what = context;
    struct mapped_home home = { 0 };
    if (what->userns < 0)
        return mount_overlay(what->store, what->layer, target, NULL, err);
    int rc = mapped_home_make(what->store, what->id, what->userns, &home, err);
    if (rc == 0)
        rc = mount_overlay(what->store, what->layer, target, &home, err);
    mapped_home_remove(&home); /* the overlay has its own hold on it */
    return rc;
}

int store_mount_container(struct store *store, struct arena *arena, const char *id, const char **ret_path,
                          struct error **err)
{
    return store_mount_container_mapped(store, arena, id, -1, ret_path, err);
}

int store_mount_container_mapped(struct store *store, struct arena *arena, const char *id, int userns, const char **ret_path,
                                 struct error **err)
{
    autofree char *layer = container_layer(store, id, err), *path = mount_path(store, id);
    struct layer_mount what = { store, id, layer, userns };
    if (!layer)
        return -1;
    if (userns >= 0 && is_mounted(path))
        return error_set(err, ERROR_CONFLICT, 0, "the root of container %s is mounted: it has to be unmounted before its users can be mapped", id);
    return store_mount_container_by(store, arena, id, mount_layer, &what, ret_path, err);
}

int store_mount_container_by(struct store *store, struct arena *arena, const char *id, store_mount_function *mount, void *context,
                             const char **ret_path, struct error **err)
{
    autofree char *layer = container_layer(store, id, err), *path = mount_path(store, id);
    if (!layer || store_prepare(store, err) < 0)
        return -1;
    if (!is_mounted(path)) {
        if (path_mkdirs(path, 0700, err) < 0)
            return -1;
        /* Counted before it is there: the reverse would let podman remove what is about to be mounted. */
        if (count_mount(store, layer, path, err) < 0)
            return -1;
        if (mount(context, path, err) < 0) {
            autoerror *second = NULL;
            (void)count_mount(store, layer, NULL, &second);
            rmdir(path);
            return -1;
        }
    }
    *ret_path = arena_strdup(arena, path);
    return 0;
}

int store_unmount_container(struct store *store, const char *id, struct error **err)
{
    autofree char *layer = container_layer(store, id, err);
    if (!layer)
        return -1;
    autofree char *path = mount_path(store, id);
    mapped_home_clear(store, id);
    if (!path_exists(path))
        return 0; /* the entry was taken away before the directory */
    while (is_mounted(path)) {
        int rc = umount2(path, UMOUNT_NOFOLLOW);
        if (rc < 0 && errno == EBUSY)
            rc = umount2(path, UMOUNT_NOFOLLOW | MNT_DETACH);
        if (rc < 0)
            return error_set(err, ERROR_INTERNAL, errno, "unmounting %s", path);
    }
    if (count_mount(store, layer, NULL, err) < 0)
        return -1;
    if (rmdir(path) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing %s", path);
    return 0;
}
