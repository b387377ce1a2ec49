#include "core/base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"

struct walk {
    int flags;
    dev_t device;
    int (*each)(void *context, const struct walk_entry *entry, struct error **err);
    void *context;
};

void walk_names_free(struct walk_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* At once, so that no directory stream stays open while we are below. */
int walk_list(int dir, const char *path, struct walk_names *names, struct error **err)
{
    *names = (struct walk_names){ 0 };
    int copy = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *stream = copy < 0 ? NULL : fdopendir(copy);
    if (!stream) {
        fd_close(copy);
        return errno == ENOENT ? 0 : error_set(err, ERROR_INTERNAL, errno, "reading the directory %s", path);
    }
    for (struct dirent *entry; (entry = readdir(stream));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (names->count == names->room)
            names->items = mem_regrow(names->items, names->room = names->room ? names->room * 2 : 32, sizeof *names->items);
        names->items[names->count++] = mem_strdup(entry->d_name);
    }
    closedir(stream);
    return 0;
}

static int walk_directory(struct walk *walk, int dir, const char *path, int depth, struct error **err);

/* A directory is opened before it is looked at: what was a directory a moment ago may be a link by now. */
static int visit(struct walk *walk, int dir, const char *parent, const char *name, int depth, struct error **err)
{
    autofree char *path = *parent ? mem_printf("%s/%s", parent, name) : mem_strdup(name);
    struct walk_entry entry = { .dir = dir, .name = name, .path = path };
    autofd fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    entry.fd = fd;
    int rc = fd >= 0 ? fstat(fd, &entry.st) : fstatat(dir, name, &entry.st, AT_SYMLINK_NOFOLLOW);
    if (rc < 0 || (fd < 0 && S_ISDIR(entry.st.st_mode))) /* removed, or swapped in between */
        return 0;
    if (entry.st.st_dev != walk->device && !(walk->flags & WALK_CROSS))
        return 0;
    rc = walk->each(walk->context, &entry, err);
    if (rc || fd < 0)
        return rc < 0 ? -1 : 0;
    if (depth == WALK_MAX_DEPTH)
        return error_set(err, ERROR_INVALID, 0, "%.200s…: more than %d levels deep", path, WALK_MAX_DEPTH);
    return walk_directory(walk, fd, path, depth + 1, err);
}

static int walk_directory(struct walk *walk, int dir, const char *path, int depth, struct error **err)
{
    struct walk_names names;
    int rc = walk_list(dir, path, &names, err);
    if ((walk->flags & WALK_SORTED) && names.count)
        qsort(names.items, names.count, sizeof *names.items, compare);
    for (size_t i = 0; !rc && i < names.count; i++)
        rc = visit(walk, dir, path, names.items[i], depth, err);
    walk_names_free(&names);
    return rc;
}

int walk_tree(int root, int flags, int (*each)(void *context, const struct walk_entry *entry, struct error **err),
              void *context, struct error **err)
{
    struct stat st;
    if (fstat(root, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at a directory");
    struct walk walk = { .flags = flags, .device = st.st_dev, .each = each, .context = context };
    return walk_directory(&walk, root, "", 1, err);
}
