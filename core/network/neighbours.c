#include "core/network/neighbours.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/default.h"
#include "core/network/network.h"

#define PLACE "/run/coracle/networks"
#define PODMAN_NETWORKS "/etc/containers/networks"

int neighbours_lock(struct engine *engine, struct arena *arena, struct error **err)
{
    if (path_mkdirs(PLACE, 0755, err) < 0)
        return -1;
    int lock = lock_file(PLACE "/.lock", true, err);
    if (lock >= 0)
        neighbours_enroll(engine, arena);
    return lock;
}

void network_locks(struct engine *engine, struct arena *arena, struct str_list *ret_paths)
{
    str_list_add(arena, ret_paths, PLACE "/.lock");
    str_list_add(arena, ret_paths, arena_printf(arena, "%s/.lock", network_dir(engine, arena)));
    str_list_add(arena, ret_paths, arena_printf(arena, "%s/netavark.lock", engine->run_dir));
}

void neighbours_enroll(struct engine *engine, struct arena *arena)
{
    autoerror *ignored = NULL;
    char digest[ID_HEX_SIZE];
    const char *folder = network_dir(engine, arena);
    sha256_hex(folder, strlen(folder), digest);
    const char *link = arena_printf(arena, PLACE "/%.16s", digest);
    if (!path_exists(link) && (path_mkdirs(PLACE, 0755, &ignored) < 0 || symlink(folder, link) < 0))
        log_debug("%s cannot be made: %s", link, strerrordesc_np(errno));
}

static const char *read_link(struct arena *arena, int dir, const char *name)
{
    char target[PATH_MAX];
    ssize_t len = readlinkat(dir, name, target, sizeof target);
    return len > 0 && (size_t)len < sizeof target ? arena_strndup(arena, target, (size_t)len) : NULL;
}

struct str_list neighbours_folders(struct engine *engine, struct arena *arena)
{
    const char *ours = network_dir(engine, arena);
    struct str_list folders = { 0 };
    if (strcmp(ours, PODMAN_NETWORKS) != 0)
        str_list_add(arena, &folders, PODMAN_NETWORKS);
    DIR *dir = opendir(PLACE);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        const char *folder = entry->d_name[0] == '.' ? NULL : read_link(arena, dirfd(dir), entry->d_name);
        if (!folder || !strcmp(folder, ours))
            continue;
        if (path_exists(folder))
            str_list_add(arena, &folders, folder);
        else
            unlinkat(dirfd(dir), entry->d_name, 0); /* its server's root was removed */
    }
    if (dir)
        closedir(dir);
    return folders;
}
