#include "core/container/files/confined.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"

#define STAGE "confined" /* below a container's RUNROOT directory */

/* The part of the source below `beneath`; "." for that directory itself. */
static const char *rest_of(const struct container_mount *mount)
{
    const char *rest = mount->source + strlen(mount->beneath);
    rest += strspn(rest, "/");
    return *rest ? rest : ".";
}

int confined_open(const struct container_mount *mount)
{
    autofd root = open(mount->beneath, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return root < 0 ? -1 : path_open_beneath(root, rest_of(mount), O_PATH);
}

static int leads_out(const struct container_mount *mount, struct error **err)
{
    if (errno == EXDEV || errno == ELOOP)
        return error_set(err, ERROR_FORBIDDEN, 0, "mounts: source %s of %s leads out of %s", mount->source, mount->target, mount->beneath);
    return error_set(err, ERROR_INVALID, errno, "mounts: source %s of %s", mount->source, mount->target);
}

int confined_find(const struct container_mount *mount, struct error **err)
{
    int fd = confined_open(mount);
    return fd < 0 ? leads_out(mount, err) : fd;
}

int confined_check(const struct container_mount *mount, struct error **err)
{
    autofd fd = confined_open(mount);
    return fd >= 0 || errno == ENOENT ? 0 : leads_out(mount, err);
}

int confined_make(const struct container_mount *mount, struct error **err)
{
    autofd fd = confined_open(mount);
    if (fd >= 0)
        return 0;
    if (errno != ENOENT)
        return leads_out(mount, err);
    if (!mount->create_source)
        return error_set(err, ERROR_INVALID, 0, "invalid mount config for type \"bind\": bind source path does not exist: %s", mount->source);
    autofd root = open(mount->beneath, O_PATH | O_DIRECTORY | O_CLOEXEC);
    autofd made = root < 0 ? -1 : path_mkdirs_in(root, rest_of(mount), 0755);
    return made < 0 ? leads_out(mount, err) : 0;
}

/* The runtime would follow the path, and cannot mount from a descriptor of another mount namespace: so it gets a place
 * that we mounted from ours and that nobody else can write to. */
static int stage(const struct container_mount *asked, const char *place, struct error **err)
{
    struct stat st;
    char source[32];
    autofd fd = confined_find(asked, err);
    if (fd < 0)
        return -1;
    if (fstat(fd, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounts: source %s", asked->source);
    autofd file = S_ISDIR(st.st_mode) ? -1 : open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (S_ISDIR(st.st_mode) ? mkdir(place, 0700) < 0 && errno != EEXIST : file < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", place);
    snprintf(source, sizeof source, "/proc/self/fd/%d", fd);
    if (mount(source, place, NULL, MS_BIND | MS_REC, NULL) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting %s on %s", asked->source, place);
    return 0;
}

int confined_stage(struct arena *arena, const struct container *ctr, const char *run_dir, const char *const **ret_sources,
                   struct error **err)
{
    const char **sources = arena_array(arena, ctr->mounts.count, sizeof *sources);
    if (*ret_sources && ctr->mounts.count)
        memcpy(sources, *ret_sources, ctr->mounts.count * sizeof *sources);
    const char *dir = arena_printf(arena, "%s/" STAGE, run_dir);
    confined_unstage(run_dir); /* what a kill left */
    for (size_t i = 0; i < ctr->mounts.count; i++) {
        const struct container_mount *mount = &ctr->mounts.items[i];
        if (str_empty(mount->beneath) || mount->overlay)
            continue;
        sources[i] = arena_printf(arena, "%s/%zu", dir, i);
        if (path_mkdirs(dir, 0700, err) < 0 || stage(mount, sources[i], err) < 0)
            return -1;
    }
    *ret_sources = sources;
    return 0;
}

void confined_unstage(const char *run_dir)
{
    autofree char *path = mem_printf("%s/" STAGE, run_dir);
    DIR *dir = opendir(path);
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        autofree char *place = mem_printf("%s/%s", path, entry->d_name);
        if (*entry->d_name == '.')
            continue;
        while (umount2(place, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
            ;
        if (unlink(place) < 0)
            rmdir(place);
    }
    if (dir)
        closedir(dir);
    rmdir(path);
}
