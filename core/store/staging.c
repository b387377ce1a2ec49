#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/tree.h"

#define LOCK_NAME "staging.lock"

/* Layers are moved, not copied: where overlay/ is a file system of its own, only a place inside it will do. */
static const char *folder(struct store *store)
{
    autofree char *ours = store_path(store, "coracle/staging");
    struct stat a, b;
    bool apart = !stat(ours, &a) && !stat(store->home, &b) && a.st_dev != b.st_dev;
    return apart ? "overlay/staging" : "coracle/staging";
}

/* Removes what programs that died left: their locks are free. One that is not locked yet goes too; its maker makes
 * another. */
static void sweep_staging(struct store *store)
{
    autofree char *base = store_path(store, "%s", folder(store));
    DIR *dir = opendir(base);
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        autofree char *path = mem_printf("%s/%s", base, entry->d_name);
        autofree char *lock_path = mem_printf("%s/" LOCK_NAME, path);
        autoerror *ignored = NULL;
        autofd lock = lock_file_try(lock_path, true, &ignored);
        if (lock >= 0 && tree_remove(path, &ignored) < 0)
            log_debug("removing what an earlier program left: %s", ignored->message);
    }
    closedir(dir);
}

/* Another program may have taken the directory for a dead one's before we had its lock. */
static bool is_still_there(const char *lock_path, int lock)
{
    struct stat ours, there;
    return !fstat(lock, &ours) && !stat(lock_path, &there) && ours.st_ino == there.st_ino;
}

static int try_make(struct staging *staging, struct error **err)
{
    char random[17];
    id_random_short(random, 16);
    autofree char *name = mem_printf("%s/%s", folder(staging->store), random);
    autofree char *path = store_path(staging->store, "%s", name);
    autofree char *lock_path = mem_printf("%s/" LOCK_NAME, path);
    if (path_mkdirs(path, 0700, err) < 0)
        return -1;
    autofd lock = lock_file_try(lock_path, true, err);
    if (lock == -1 && path_exists(path))
        return -1;
    if (lock < 0 || !is_still_there(lock_path, lock)) {
        error_clear(err);
        return 0;
    }
    staging->name = name;
    staging->path = path;
    staging->lock = fd_take(&lock);
    name = path = NULL;
    return 1;
}

int staging_make(struct staging *staging, struct error **err)
{
    struct store *store = staging->store;
    if (staging->path)
        return 0;
    if (store_prepare(store, err) < 0)
        return -1;
    if (!atomic_exchange(&store->swept, true))
        sweep_staging(store);
    for (int tries = 0; tries < 5; tries++) {
        int rc = try_make(staging, err);
        if (rc)
            return rc < 0 ? -1 : 0;
    }
    return error_set(err, ERROR_INTERNAL, 0, "%s/%s: every new directory is taken by another program", store->root,
                     folder(store));
}

int staging_throw(struct staging *staging, const char *layer, struct error **err)
{
    autofree char *name = mem_printf("overlay/%s", layer);
    autofree char *path = store_path(staging->store, "%s", name);
    if (!path_exists(path))
        return 0;
    if (staging_make(staging, err) < 0)
        return -1;
    autofree char *to = mem_printf("%s/%s", staging->name, layer);
    if (store_move(staging->store, name, to) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "moving %s away", path);
    return 0;
}

/* The lock file goes with the rest while we hold it: nobody else wants what is left. */
void staging_cleanup(struct staging *staging)
{
    if (!staging->path)
        return;
    autoerror *err = NULL;
    if (tree_remove(staging->path, &err) < 0)
        log_debug("%s", err->message);
    fd_close(staging->lock);
    free(staging->name);
    free(staging->path);
    *staging = STAGING(staging->store);
}
