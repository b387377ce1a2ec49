#include "core/archive/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/archive/rename.h"
#include "core/archive/tar_write.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/sink.h"
#include "core/base/str.h"
#include "core/base/walk.h"

#define MAX_LINKS 65536 /* inodes with several names that are remembered; more are written once per name */
#define MAX_XATTR_BYTES 65536
#define PIECE_BYTES 65536
#define WHITEOUT_MODE 0600

struct link {
    dev_t device;
    ino_t inode;
    char *name; /* the first that was met */
};

struct pack {
    const struct sink *to;
    const struct pack_options *options;
    dev_t device;       /* of the root */
    char *piece;
    struct link *links; /* open addressing; MAX_LINKS * 2 places, made when the first is met */
    size_t link_count;
};

/* ---- names ---- */

static int too_long(const char *path, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%.100s…: the path is longer than %d bytes", path, TAR_MAX_NAME);
}

/* What it is called in the archive; arena. NULL with *err. */
static const char *member_name(struct pack *pack, struct arena *arena, const char *path, struct error **err)
{
    const char *name = arena_printf(arena, "%s%s", str_or(pack->options->prefix, ""), path);
    name = rename_member(arena, pack->options->rename, name);
    return strlen(name) <= TAR_MAX_NAME ? name : (too_long(path, err), NULL);
}

/* ---- hard links ---- */

/* The place of an inode, or the free one where it goes. */
static struct link *find_link(struct pack *pack, const struct stat *st)
{
    if (!pack->links)
        pack->links = mem_zalloc(MAX_LINKS * 2 * sizeof *pack->links);
    size_t at = (size_t)(((uint64_t)st->st_ino ^ (uint64_t)st->st_dev << 40) * 0x9e3779b97f4a7c15u >> 47) % (MAX_LINKS * 2);
    while (pack->links[at].name && (pack->links[at].inode != st->st_ino || pack->links[at].device != st->st_dev))
        at = (at + 1) % (MAX_LINKS * 2);
    return &pack->links[at];
}

/* The name under which its content was written already, or NULL. */
static const char *first_name(struct pack *pack, const struct stat *st, const char *name)
{
    if (st->st_nlink < 2)
        return NULL;
    struct link *link = find_link(pack, st);
    if (link->name)
        return link->name;
    if (pack->link_count < MAX_LINKS) {
        pack->link_count++;
        *link = (struct link){ st->st_dev, st->st_ino, mem_strdup(name) };
    }
    return NULL;
}

/* ---- attributes ---- */

/* What tar has a place for and unpacking gives back: capabilities, and the user's own. */
static bool is_kept(const char *name)
{
    return !strcmp(name, "security.capability") || (str_starts(name, "user.") && !str_starts(name, "user.overlay."));
}

static void read_xattrs(int fd, struct arena *arena, struct tar_member *member)
{
    autofree char *names = mem_alloc(MAX_XATTR_BYTES);
    struct tar_xattr *list = arena_array(arena, TAR_MAX_XATTRS, sizeof *list);
    ssize_t len = flistxattr(fd, names, MAX_XATTR_BYTES);
    size_t room = MAX_XATTR_BYTES;
    for (char *name = names; len > 0 && name < names + len && member->xattr_count < TAR_MAX_XATTRS; name += strlen(name) + 1) {
        if (!is_kept(name))
            continue;
        char *value = arena_zalloc(arena, room);
        ssize_t size = fgetxattr(fd, name, value, room);
        if (size < 0)
            continue;
        list[member->xattr_count++] = (struct tar_xattr){ arena_strdup(arena, name), value, (size_t)size };
    }
    member->xattrs = list;
}

static bool has_xattrs(int fd)
{
    return flistxattr(fd, NULL, 0) > 0;
}

static bool has_mark(int fd, const char *mark)
{
    char name[64], value[8];
    static const char *const kinds[] = { "trusted", "user" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(name, sizeof name, "%s.overlay.%s", kinds[i], mark);
        ssize_t len = fgetxattr(fd, name, value, sizeof value);
        if (len > 0 || (len < 0 && errno == ERANGE) || (len == 0 && strcmp(mark, "opaque")))
            return true;
    }
    return false;
}

/* What is only half here: the rest is in a lower layer, somewhere else. */
static int check_whole(struct pack *pack, int fd, const char *path, struct error **err)
{
    if (!pack->options->layer || !has_xattrs(fd) || (!has_mark(fd, "redirect") && !has_mark(fd, "metacopy")))
        return 0;
    return error_set(err, ERROR_UNSUPPORTED, 0,
                     "%s: the kernel keeps it as a reference to another layer (overlay.redirect_dir or overlay.metacopy is on)", path);
}

/* ---- members ---- */

/* Exactly as many bytes as the head said: a file that shrinks meanwhile ends in zeros. */
static int write_payload(struct pack *pack, int fd, int64_t size, struct error **err)
{
    const struct sink *to = pack->to;
    for (int64_t left = size; left > 0;) {
        size_t want = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        ssize_t n = read(fd, pack->piece, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ERROR_INTERNAL, errno, "reading a file for an archive");
        if (n == 0) {
            memset(pack->piece, 0, want);
            n = (ssize_t)want;
        }
        if (to->write(to->context, pack->piece, (size_t)n, err) < 0)
            return -1;
        left -= n;
    }
    return tar_write_padding(to, size, err);
}

static struct tar_member describe(const struct pack *pack, const struct stat *st, const char *name, enum tar_type type)
{
    struct tar_member member = {
        .type = type,
        .name = name,
        .link = "",
        .mode = st->st_mode & 07777,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .mtime = st->st_mtim,
        .major = major(st->st_rdev),
        .minor = minor(st->st_rdev),
    };
    if (pack->options->owner)
        pack->options->owner(pack->options->owners, &member.uid, &member.gid);
    return member;
}

/* @fd: open for reading, or -1 */
static int write_file(struct pack *pack, int fd, const char *name, struct error **err)
{
    struct stat st;
    autoarena *arena = arena_new();
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) /* removed, or something else by now */
        return 0;
    struct tar_member member = describe(pack, &st, name, TAR_FILE);
    const char *first = first_name(pack, &st, name);
    if (first) {
        member.type = TAR_HARDLINK;
        member.link = first;
        return tar_write_member(pack->to, &member, err);
    }
    member.size = st.st_size;
    if (check_whole(pack, fd, name, err) < 0)
        return -1;
    if (has_xattrs(fd))
        read_xattrs(fd, arena, &member);
    return tar_write_member(pack->to, &member, err) < 0 ? -1 : write_payload(pack, fd, st.st_size, err);
}

static int write_opaque(struct pack *pack, const struct stat *st, const char *directory, struct error **err)
{
    autofree char *name = mem_printf("%s%s.wh..wh..opq", directory, str_ends(directory, "/") ? "" : "/");
    struct tar_member member = describe(pack, st, name, TAR_FILE);
    member.mode = WHITEOUT_MODE;
    return tar_write_member(pack->to, &member, err);
}

static int write_directory(struct pack *pack, int fd, const struct stat *st, const char *name, struct error **err)
{
    autoarena *arena = arena_new();
    struct tar_member member = describe(pack, st, name, TAR_DIR);
    bool marked = has_xattrs(fd);
    if (check_whole(pack, fd, name, err) < 0)
        return -1;
    if (marked)
        read_xattrs(fd, arena, &member);
    if (tar_write_member(pack->to, &member, err) < 0)
        return -1;
    return pack->options->layer && marked && has_mark(fd, "opaque") ? write_opaque(pack, st, name, err) : 0;
}

static int write_whiteout(struct pack *pack, struct arena *arena, const struct stat *st, const char *name, struct error **err)
{
    const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
    struct tar_member member = describe(pack, st, arena_printf(arena, "%.*s.wh.%s", (int)(base - name), name, base), TAR_FILE);
    member.mode = WHITEOUT_MODE;
    return tar_write_member(pack->to, &member, err);
}

static int write_other(struct pack *pack, struct arena *arena, int dir, const char *base, const struct stat *st, const char *name,
                       struct error **err)
{
    char target[TAR_MAX_NAME + 1];
    struct tar_member member = describe(pack, st, name, TAR_FIFO);
    if (S_ISCHR(st->st_mode) && !st->st_rdev && pack->options->layer)
        return write_whiteout(pack, arena, st, name, err);
    if (S_ISLNK(st->st_mode)) {
        ssize_t len = readlinkat(dir, base, target, sizeof target - 1);
        if (len < 0)
            return 0;
        target[len] = '\0';
        member.type = TAR_SYMLINK;
        member.link = target;
    } else if (!S_ISFIFO(st->st_mode)) {
        member.type = S_ISCHR(st->st_mode) ? TAR_CHAR : TAR_BLOCK;
    }
    return tar_write_member(pack->to, &member, err);
}

static int write_node(struct pack *pack, int dir, const char *base, const struct stat *st, const char *path, struct error **err)
{
    autoarena *arena = arena_new();
    const char *name = member_name(pack, arena, path, err);
    if (!name)
        return -1;
    if (!S_ISREG(st->st_mode))
        return S_ISSOCK(st->st_mode) ? 0 : write_other(pack, arena, dir, base, st, name, err); /* tar has no sockets */
    autofd fd = openat(dir, base, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    return write_file(pack, fd, name, err);
}

/* ---- the whole ---- */

/* File systems that have no content of their own. */
static bool is_made_up(int fd)
{
    static const unsigned long kinds[] = { PROC_SUPER_MAGIC,    SYSFS_MAGIC,      CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
                                           DEVPTS_SUPER_MAGIC,  DEBUGFS_MAGIC,    TRACEFS_MAGIC,      SECURITYFS_MAGIC,
                                           BPF_FS_MAGIC,        EFIVARFS_MAGIC,   PSTOREFS_MAGIC,     0x19800202 /* mqueue */,
                                           0x65735543 /* fusectl */, 0x62656570 /* configfs */ };
    struct statfs fs;
    if (fstatfs(fd, &fs) < 0)
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((unsigned long)fs.f_type == kinds[i])
            return true;
    return false;
}

static int write_entry(void *context, const struct walk_entry *entry, struct error **err)
{
    struct pack *pack = context;
    const struct pack_options *options = pack->options;
    if (options->leave_out && options->leave_out(options->context, entry->path))
        return WALK_NOT_BELOW;
    if (strlen(entry->path) > TAR_MAX_NAME)
        return too_long(entry->path, err);
    if (!S_ISDIR(entry->st.st_mode))
        return write_node(pack, entry->dir, entry->name, &entry->st, entry->path, err);
    autoarena *arena = arena_new();
    const char *name = member_name(pack, arena, entry->path, err);
    if (!name || write_directory(pack, entry->fd, &entry->st, name, err) < 0)
        return -1;
    return entry->st.st_dev != pack->device && is_made_up(entry->fd) ? WALK_NOT_BELOW : 0;
}

static int write_all(struct pack *pack, int root, struct error **err)
{
    autoarena *arena = arena_new();
    struct stat st;
    if (fstat(root, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at a directory");
    pack->device = st.st_dev;
    const char *name = pack->options->name ? rename_member(arena, pack->options->rename, pack->options->name) : NULL;
    if (name && write_directory(pack, root, &st, name, err) < 0)
        return -1;
    if (walk_tree(root, WALK_SORTED | (pack->options->cross ? WALK_CROSS : 0), write_entry, pack, err) < 0)
        return -1;
    return tar_write_end(pack->to, err);
}

static void finish(struct pack *pack)
{
    for (size_t i = 0; pack->links && i < MAX_LINKS * 2; i++)
        free(pack->links[i].name);
    free(pack->links);
    free(pack->piece);
}

int pack_tree(const struct sink *to, int root, const struct pack_options *options, struct error **err)
{
    struct pack pack = { .to = to, .options = options, .piece = mem_alloc(PIECE_BYTES) };
    int rc = write_all(&pack, root, err);
    finish(&pack);
    return rc;
}

static int write_one(struct pack *pack, int fd, struct error **err)
{
    autoarena *arena = arena_new();
    struct stat st;
    const char *name = member_name(pack, arena, pack->options->name, err);
    if (!name)
        return -1;
    if (fstat(fd, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at %s", name);
    if (S_ISSOCK(st.st_mode))
        return error_set(err, ERROR_INVALID, 0, "%s is a socket: archives have none", name);
    if (!S_ISREG(st.st_mode))
        return write_other(pack, arena, fd, "", &st, name, err);
    const char *self = arena_printf(arena, "/proc/self/fd/%d", fd);
    autofd readable = open(self, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    return readable < 0 ? error_set(err, ERROR_INTERNAL, errno, "opening %s", name) : write_file(pack, readable, name, err);
}

int pack_file(const struct sink *to, int fd, const struct pack_options *options, struct error **err)
{
    struct pack pack = { .to = to, .options = options, .piece = mem_alloc(PIECE_BYTES) };
    int rc = write_one(&pack, fd, err);
    if (rc == 0)
        rc = tar_write_end(to, err);
    finish(&pack);
    return rc;
}
