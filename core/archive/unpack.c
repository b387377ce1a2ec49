#include "core/archive/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/archive/rename.h"
#include "core/archive/tar.h"
#include "core/archive/unpack_node.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"

#define WHITEOUT ".wh."
#define OPAQUE ".wh..wh..opq"

struct dir_time {
    const char *path;
    struct timespec mtime;
};

struct unpack {
    int root;
    const char *base; /* before each path: "" or "dir/" */
    const struct unpack_options *options;
    struct unpack_result *result;
    /* Members come directory by directory: the last parent stays open. */
    int parent;
    char *parent_path; /* NULL: none is open */
    struct arena *arena;
    struct dir_time *dirs;
    size_t dir_count, dir_room;
};

/* ---- parents ---- */

static void forget_parent(struct unpack *unpack)
{
    fd_close(unpack->parent);
    unpack->parent = -1;
    free(unpack->parent_path);
    unpack->parent_path = NULL;
}

/* One missing directory, whatever the umask is. */
static int make_parent(int at, const char *name)
{
    if (mkdirat(at, name, 0755) < 0)
        return -1;
    autofd fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return fd < 0 ? -1 : fchmod(fd, 0755);
}

/* Like mkdir -p below the root; links among the existing ones are followed inside it. */
static int open_directory(int root, const char *path)
{
    int fd = path_open_in(root, path, O_PATH | O_DIRECTORY, 0);
    if (fd >= 0 || errno != ENOENT)
        return fd;
    autofree char *copy = mem_strdup(path);
    autofd at = path_open_in(root, ".", O_PATH | O_DIRECTORY, 0);
    for (char *part = copy; at >= 0;) {
        char *end = strchrnul(part, '/');
        bool last = !*end;
        *end = '\0';
        int next = path_open_in(root, copy, O_PATH | O_DIRECTORY, 0);
        if (next < 0 && errno == ENOENT && make_parent(at, part) == 0)
            next = path_open_in(root, copy, O_PATH | O_DIRECTORY, 0);
        fd_close(at);
        at = next;
        if (last)
            break;
        *end = '/';
        part = end + 1;
    }
    return fd_take(&at);
}

/* Opens the directory of @path (clean, relative); borrowed. -1 with errno. */
static int open_parent(struct unpack *unpack, const char *path, const char **ret_base)
{
    const char *base = path_base(path);
    size_t len = base == path ? 0 : (size_t)(base - path - 1);
    *ret_base = base;
    if (unpack->parent_path && !strncmp(unpack->parent_path, path, len) && !unpack->parent_path[len])
        return unpack->parent;
    forget_parent(unpack);
    autofree char *directory = mem_strndup(path, len), *whole = mem_printf("%s%s", unpack->base, len ? directory : ".");
    unpack->parent = open_directory(unpack->root, whole);
    if (unpack->parent >= 0) {
        unpack->parent_path = directory;
        directory = NULL;
    }
    return unpack->parent;
}

/* Opens what a path (clean, relative) stands for below the base. -1 with errno */
static int open_below(const struct unpack *unpack, const char *path, int flags)
{
    autofree char *whole = mem_printf("%s%s", unpack->base, path);
    return path_open_in(unpack->root, whole, flags, 0);
}

/* ---- what is in the way ---- */

static bool is_whiteout(const struct stat *st)
{
    return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

/* Clears the place of a member. @ret_hides: a whiteout was there, so a directory made now hides what is below. */
static int make_room(struct unpack *unpack, int parent, const char *base, const struct tar_member *member,
                     bool *ret_hides, struct error **err)
{
    struct stat st;
    if (fstatat(parent, base, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return errno == ENOENT ? 0 : unpack_fail(member, errno, "looking at what is there", err);
    bool is_dir = S_ISDIR(st.st_mode), wants_dir = member->type == TAR_DIR;
    if (is_dir && wants_dir)
        return 0;
    if (unpack->options->layer && is_dir)
        return error_set(err, ERROR_INVALID, 0, "archive: member %s would replace a directory", member->name);
    if (unpack->options->keep_directories && (is_dir || wants_dir))
        return error_set(err, ERROR_CONFLICT, 0,
                         is_dir ? "cannot overwrite directory %s with non-directory"
                                : "cannot overwrite non-directory %s with directory",
                         member->name);
    *ret_hides = unpack->options->layer && is_whiteout(&st);
    forget_parent(unpack); /* it may have been reached through what goes now */
    if (!is_dir)
        return unlinkat(parent, base, 0) < 0 ? unpack_fail(member, errno, "replacing what is there", err) : 0;
    autofree char *path = mem_printf("/proc/self/fd/%d/%s", parent, base);
    return path_remove_tree(path, err);
}

/* ---- members ---- */

static int write_payload(int fd, struct tar_reader *tar, const struct tar_member *member, struct error **err)
{
    const void *data;
    size_t len;
    int rc;
    while ((rc = tar_payload(tar, &data, &len, err)) > 0)
        for (const char *at = data; len;) {
            ssize_t n = write(fd, at, len);
            if (n < 0 && errno != EINTR)
                return unpack_fail(member, errno, "writing it", err);
            if (n > 0) {
                at += n;
                len -= (size_t)n;
            }
        }
    return rc;
}

static void remember_time(struct unpack *unpack, const struct tar_member *member)
{
    if (unpack->dir_count == unpack->dir_room) {
        unpack->dir_room = unpack->dir_room ? unpack->dir_room * 2 : 64;
        unpack->dirs = mem_regrow(unpack->dirs, unpack->dir_room, sizeof *unpack->dirs);
    }
    unpack->dirs[unpack->dir_count++] = (struct dir_time){ arena_strdup(unpack->arena, member->path), member->mtime };
}

static void set_directory_times(struct unpack *unpack)
{
    for (size_t i = unpack->dir_count; i-- > 0;) {
        autofd fd = open_below(unpack, unpack->dirs[i].path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
        struct timespec times[2] = { unpack->dirs[i].mtime, unpack->dirs[i].mtime };
        if (fd >= 0) /* else it was replaced since */
            (void)futimens(fd, times);
    }
}

static int place_root(struct unpack *unpack, const struct tar_member *member, struct error **err)
{
    if (member->type != TAR_DIR)
        return error_set(err, ERROR_INVALID, 0, "archive: member %s stands for the root, but is no directory",
                         member->name);
    if (unpack->options->keep_base)
        return 0;
    autofd fd = open_below(unpack, ".", O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return unpack_fail(member, errno, "opening the root", err);
    unpack->result->root_seen = true;
    remember_time(unpack, member);
    return unpack_dress(fd, member, unpack->options, err);
}

static int link_to_target(struct unpack *unpack, int parent, const char *base, const struct tar_member *member)
{
    const char *target_base = path_base(member->link_path);
    autofree char *directory = mem_strndup(member->link_path, (size_t)(target_base - member->link_path));
    autofd target = open_below(unpack, *directory ? directory : ".", O_PATH | O_DIRECTORY);
    return target < 0 ? -1 : linkat(target, target_base, parent, base, 0);
}

static int place_hardlink(struct unpack *unpack, int parent, const char *base, const struct tar_member *member,
                          struct error **err)
{
    if (!strcmp(member->path, member->link_path))
        return error_set(err, ERROR_INVALID, 0, "archive: member %s is a hard link to itself", member->name);
    /* What is replaced may be the parent that is cached: keep our own. */
    autofd own = fcntl(parent, F_DUPFD_CLOEXEC, 3);
    int rc = link_to_target(unpack, own, base, member);
    bool hides = false;
    if (rc < 0 && errno == EEXIST) {
        if (make_room(unpack, own, base, member, &hides, err) < 0)
            return -1;
        rc = link_to_target(unpack, own, base, member);
    }
    if (rc < 0 && (errno == ENOENT || errno == ENOTDIR || errno == EPERM))
        return error_set(err, ERROR_INVALID, 0, "archive: member %s is a hard link to %s, which is no file before it",
                         member->name, member->link);
    return rc < 0 ? unpack_fail(member, errno, "linking it", err) : 0;
}

static bool left_out(const struct unpack *unpack, const struct tar_member *member, int sys_errno)
{
    bool device = member->type == TAR_CHAR || member->type == TAR_BLOCK;
    return device && sys_errno == EPERM && unpack->options->user_namespace;
}

static int place_node(struct unpack *unpack, int parent, const char *base, struct tar_reader *tar,
                      const struct tar_member *member, struct error **err)
{
    autofd own = -1, fd = unpack_make(parent, base, member);
    bool hides = false;
    /* A directory's EEXIST shows as ENOTDIR (a file is there) or ELOOP (a link is). */
    if (fd < 0 && (errno == EEXIST || (member->type == TAR_DIR && (errno == ENOTDIR || errno == ELOOP)))) {
        own = fcntl(parent, F_DUPFD_CLOEXEC, 3);
        if (make_room(unpack, own, base, member, &hides, err) < 0)
            return -1;
        fd = unpack_make(own, base, member);
    }
    if (fd < 0)
        return left_out(unpack, member, errno) ? 0 : unpack_fail(member, errno, "making it", err);
    if (member->type == TAR_FILE && write_payload(fd, tar, member, err) < 0)
        return -1;
    if (member->type == TAR_DIR)
        remember_time(unpack, member);
    if (unpack_dress(fd, member, unpack->options, err) < 0)
        return -1;
    if (hides && member->type == TAR_DIR && unpack_set_opaque(fd, unpack->options) < 0)
        return unpack_fail(member, errno, "marking it opaque", err);
    return 0;
}

/* ---- whiteouts ---- */

/* The name is in this layer too: what it hides of lower layers stays hidden. */
static int whiteout_over(struct unpack *unpack, int parent, const char *name, const struct tar_member *member,
                         struct error **err)
{
    autofd fd = openat(parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return unpack_fail(member, errno, "looking at what it hides", err);
    if (S_ISDIR(st.st_mode) && unpack_set_opaque(fd, unpack->options) < 0)
        return unpack_fail(member, errno, "marking the directory opaque", err);
    return 0;
}

static int place_whiteout(struct unpack *unpack, int parent, const char *base, const struct tar_member *member,
                          struct error **err)
{
    if (!strcmp(base, OPAQUE))
        return unpack_set_opaque(parent, unpack->options) < 0
                   ? unpack_fail(member, errno, "marking the directory opaque", err)
                   : 0;
    const char *name = base + strlen(WHITEOUT);
    if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
        return error_set(err, ERROR_INVALID, 0, "archive: member %s hides no name", member->name);
    if (mknodat(parent, name, S_IFCHR, makedev(0, 0)) < 0)
        return errno == EEXIST ? whiteout_over(unpack, parent, name, member, err)
                               : unpack_fail(member, errno, "making a whiteout", err);
    if (fchownat(parent, name, unpack->options->uid ? *unpack->options->uid : member->uid,
                 unpack->options->gid ? *unpack->options->gid : member->gid, AT_SYMLINK_NOFOLLOW) < 0)
        return unpack_fail(member, errno, "setting its owner", err);
    return 0;
}

/* ---- ids ---- */

static void id_set_add(struct id_set *set, uint32_t id)
{
    size_t low = 0, high = set->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (set->items[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < set->count && set->items[low] == id)
        return;
    if (set->count == UNPACK_MAX_IDS) {
        set->many = true;
        return;
    }
    memmove(&set->items[low + 1], &set->items[low], (set->count - low) * sizeof *set->items);
    set->items[low] = id;
    set->count++;
}

/* ---- the whole ---- */

static int place(struct unpack *unpack, struct tar_reader *tar, const struct tar_member *member, struct error **err)
{
    if (!strcmp(member->path, "."))
        return place_root(unpack, member, err);
    const char *base;
    bool whiteout = unpack->options->layer && str_starts(path_base(member->path), WHITEOUT);
    int parent = open_parent(unpack, member->path, &base);
    if (parent < 0 && whiteout && errno == ENOTDIR)
        return 0; /* below something that is hidden as a whole: nothing left to hide */
    if (parent < 0)
        return unpack_fail(member, errno, "opening its directory", err);
    if (whiteout)
        return place_whiteout(unpack, parent, base, member, err);
    id_set_add(&unpack->result->uids, member->uid);
    id_set_add(&unpack->result->gids, member->gid);
    if (member->type == TAR_HARDLINK)
        return place_hardlink(unpack, parent, base, member, err);
    return place_node(unpack, parent, base, tar, member, err);
}

/* Other names come from whoever asked: cleaned like those of an archive. */
static void rename_it(struct unpack *unpack, struct arena *arena, struct tar_member *member)
{
    const struct str_map *rename = unpack->options->rename;
    const char *path = rename_member(arena, rename, member->path), *link = rename_member(arena, rename, str_or(member->link_path, ""));
    if (path != member->path)
        member->path = str_or(path_clean(arena, path) + 1, ".");
    if (member->type == TAR_HARDLINK && link != member->link_path)
        member->link_path = str_or(path_clean(arena, link) + 1, ".");
}

static int place_next(struct unpack *unpack, struct tar_reader *tar, const struct tar_member *member, struct error **err)
{
    if (!unpack->options->rename)
        return place(unpack, tar, member, err);
    autoarena *arena = arena_new();
    struct tar_member renamed = *member;
    rename_it(unpack, arena, &renamed);
    return place(unpack, tar, &renamed, err);
}

int unpack_tar(int root, struct tar_reader *tar, const struct unpack_options *options, struct unpack_result *ret_result,
               struct error **err)
{
    autofree struct unpack_result *own = ret_result ? NULL : mem_alloc(sizeof *own);
    autofree char *base = str_empty(options->base) ? mem_strdup("") : mem_printf("%s/", options->base);
    struct unpack unpack = { .root = root, .base = base, .options = options, .result = ret_result ? ret_result : own, .parent = -1,
                             .arena = arena_new() };
    *unpack.result = (struct unpack_result){ 0 };
    const struct tar_member *member;
    int rc;
    while ((rc = tar_next(tar, &member, err)) > 0)
        if ((rc = place_next(&unpack, tar, member, err)) < 0)
            break;
    if (!rc)
        set_directory_times(&unpack);
    forget_parent(&unpack);
    free(unpack.dirs);
    arena_free(unpack.arena);
    return rc;
}
