#include "core/container/layered.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/store/store.h"

struct above { /* opened, so that neither separators in a path nor who swaps it matter */
    int upper, work;
};

/* The value of the option "key=value", or NULL. */
static const char *option(const struct container_mount *mount, const char *key)
{
    for (size_t i = 0; i < mount->options.count; i++)
        if (str_starts(mount->options.items[i], key))
            return mount->options.items[i] + strlen(key);
    return NULL;
}

int layered_check(const struct container_mount *mount, struct error **err)
{
    const char *upper = option(mount, "upperdir="), *work = option(mount, "workdir=");
    if (!mount->overlay)
        return upper || work ? error_set(err, ERROR_INVALID, 0, "mounts: %s: upperdir and workdir are of overlays: expected the option O", mount->target) : 0;
    if (!upper && !work)
        return 0;
    if (!upper || !work)
        return error_set(err, ERROR_INVALID, 0, "mounts: %s: %s alone, expected both upperdir and workdir", mount->target, upper ? "upperdir" : "workdir");
    const char *wrong = *upper != '/' ? upper : *work != '/' ? work : NULL;
    return wrong ? error_set(err, ERROR_INVALID, 0, "mounts: %s: upperdir and workdir: \"%s\" is not an absolute path", mount->target, wrong) : 0;
}

static const char *own_layer(struct engine *engine, struct arena *arena, const char *id, const char *of)
{
    return arena_printf(arena, "%s/overlay-%s", store_container_dir(engine->store, arena, id), of);
}

static void discard(const char *layer)
{
    autoerror *err = NULL;
    if (path_remove_tree(layer, &err) < 0)
        log_warn("changes in %s: %s", layer, err->message);
}

void layered_discard(struct engine *engine, struct arena *arena, const struct container *ctr, size_t i)
{
    discard(own_layer(engine, arena, ctr->id, arena_printf(arena, "%zu", i)));
}

static int open_directory(const char *path)
{
    return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int open_given(const char *upper, const char *work, const char *target, struct above *above, struct error **err)
{
    above->upper = open_directory(upper);
    if (above->upper < 0)
        return error_set(err, ERROR_INVALID, errno, "mounts: %s: upperdir %s", target, upper);
    above->work = open_directory(work);
    return above->work < 0 ? error_set(err, ERROR_INVALID, errno, "mounts: %s: workdir %s", target, work) : 0;
}

static bool make_directory(int dir, const char *name)
{
    return mkdirat(dir, name, 0700) == 0 || errno == EEXIST;
}

/* The root of what is seen is the upper directory: it looks like the source. */
static int make_own(const char *layer, int fd, struct above *above, struct error **err)
{
    struct stat st;
    autofd dir = path_mkdirs(layer, 0700, err) < 0 ? -1 : open_directory(layer);
    if (*err)
        return -1;
    if (dir < 0 || fstat(fd, &st) < 0 || !make_directory(dir, "upper") || !make_directory(dir, "work"))
        return error_set(err, ERROR_INTERNAL, errno, "creating a layer in %s", layer);
    above->upper = openat(dir, "upper", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    above->work = openat(dir, "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (above->upper < 0 || above->work < 0 || fchown(above->upper, st.st_uid, st.st_gid) < 0 || fchmod(above->upper, st.st_mode & 07777) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening a layer in %s", layer);
    return 0;
}

/* @what: begins the error */
static int mount_above(struct arena *arena, const char *what, int fd, const struct above *above, const char *place, struct error **err)
{
    const char *options = arena_printf(arena, "lowerdir=/proc/self/fd/%d,upperdir=/proc/self/fd/%d,workdir=/proc/self/fd/%d", fd, above->upper, above->work);
    if (mount("overlay", place, "overlay", 0, options) < 0)
        return error_set(err, errno == EINVAL || errno == EBUSY || errno == EXDEV ? ERROR_INVALID : ERROR_INTERNAL, errno,
                         "%s: mounting an overlay", what);
    mount(NULL, place, NULL, MS_PRIVATE, NULL); /* nothing that is mounted below shows elsewhere */
    return 0;
}

static void close_both(struct above *above)
{
    fd_close(above->upper);
    fd_close(above->work);
}

int layered_mount(struct engine *engine, struct arena *arena, const struct container *ctr, size_t i, int fd, const char *place,
                  struct error **err)
{
    const struct container_mount *mount = &ctr->mounts.items[i];
    const char *upper = option(mount, "upperdir="), *work = option(mount, "workdir=");
    const char *own = own_layer(engine, arena, ctr->id, arena_printf(arena, "%zu", i));
    struct above above = { -1, -1 };
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISDIR(st.st_mode))
        return error_set(err, ERROR_INVALID, 0, "mounts: %s: source %s is not a directory: an overlay needs one", mount->target, mount->source);
    discard(own); /* of a start that was killed */
    int rc = upper && work ? open_given(upper, work, mount->target, &above, err) : make_own(own, fd, &above, err);
    if (rc == 0)
        rc = mount_above(arena, arena_printf(arena, "mounts: %s: source %s", mount->target, mount->source), fd, &above, place, err);
    close_both(&above);
    return rc;
}

int layered_mount_root(struct engine *engine, struct arena *arena, const struct container *ctr, int fd, const char *place, struct error **err)
{
    struct above above = { -1, -1 };
    int rc = make_own(own_layer(engine, arena, ctr->id, "root"), fd, &above, err);
    if (rc == 0)
        rc = mount_above(arena, arena_printf(arena, "rootfs: %s", ctr->spec->rootfs), fd, &above, place, err);
    close_both(&above);
    return rc;
}
