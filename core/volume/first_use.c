/* The first use of an empty volume. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/state/state.h"
#include "core/volume/copy_up.h"
#include "core/volume/volume.h"

static int failed(const struct volume *volume, const char *what, struct error **err)
{
    return error_set(err, ERROR_INTERNAL, errno, "first use of volume %s: %s", volume->name, what);
}

static int is_empty(int dir, const struct volume *volume, bool *ret_empty, struct error **err)
{
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (!stream) {
        fd_close(copy);
        return failed(volume, "reading it", err);
    }
    *ret_empty = true;
    for (struct dirent *entry; *ret_empty && (entry = readdir(stream));)
        *ret_empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
    closedir(stream);
    return 0;
}

/* What need not be done again. */
static int record(struct engine *engine, const struct volume *volume, bool copied, bool chowned, struct error **err)
{
    if ((!copied || !volume->needs_copy_up) && (!chowned || !volume->needs_chown))
        return 0;
    if (!state_lock(engine->state, err))
        return -1;
    int rc = state_exec(engine->state, err, "UPDATE volumes SET copied = copied | ?1, chowned = chowned | ?2 WHERE name = ?3",
                        "iis", (int64_t)copied, (int64_t)chowned, volume->name);
    state_unlock(engine->state);
    return rc;
}

/* The image has the place: the volume looks like it. */
static int take_over(struct engine *engine, const struct volume *volume, const struct volume_first_use *use, int from, int to,
                     struct error **err)
{
    bool nothing = false;
    bool copy = !use->nocopy && !str_map_get(&volume->options, "nocopy") && (volume->needs_copy_up || use->copy_again);
    bool own = volume->needs_chown && (copy || use->chown);
    if (copy && is_empty(from, volume, &nothing, err) < 0)
        return -1;
    copy = copy && !nothing;
    if (copy && copy_tree(from, to, err) < 0)
        return -1;
    if (own && copy_directory_attributes(from, to, use->target, err) < 0)
        return -1;
    return record(engine, volume, copy, own, err);
}

int volume_first_use(struct engine *engine, const struct volume *volume, const struct volume_first_use *use,
                     struct error **err)
{
    bool empty = false;
    if (!volume->needs_copy_up && !volume->needs_chown && !use->copy_again)
        return 0;
    autofd to = open(volume->mountpoint, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (to < 0)
        return failed(volume, "opening it", err);
    if (is_empty(to, volume, &empty, err) < 0)
        return -1;
    if (!empty)
        return 0;
    autofd root = open(use->rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return failed(volume, "opening the container's root", err);
    autofd from = path_open_in(root, use->target, O_RDONLY | O_DIRECTORY, 0);
    if (from >= 0)
        return take_over(engine, volume, use, from, to, err);
    /* Until something is in it each container makes it its own. */
    if (use->chown && volume->needs_chown && fchown(to, (uid_t)use->uid, (gid_t)use->gid) < 0)
        return failed(volume, "giving it to the container's user", err);
    return 0;
}
