/* A volume's content as a tar, while others may be changing it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/archive/tar_write.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/sink.h"
#include "core/base/walk.h"
#include "core/engine.h"
#include "core/volume/job.h"
#include "core/volume/volume.h"

#define MAX_LINKS 65536 /* inodes with several names that are remembered; more are written once per name */
#define MAX_XATTR_BYTES 65536
#define PIECE_BYTES 65536

struct link {
    ino_t inode;
    char *name; /* the first that was met */
};

struct export {
    const struct sink *to;
    char *piece;
    struct link *links; /* open addressing; MAX_LINKS * 2 places, made when the first is met */
    size_t link_count;
};

/* The place of an inode, or the free one where it goes. The walk stays on one file system. */
static struct link *find_link(struct export *export, ino_t inode)
{
    if (!export->links)
        export->links = mem_zalloc(MAX_LINKS * 2 * sizeof *export->links);
    size_t at = (size_t)((uint64_t)inode * 0x9e3779b97f4a7c15u >> 47) % (MAX_LINKS * 2);
    while (export->links[at].name && export->links[at].inode != inode)
        at = (at + 1) % (MAX_LINKS * 2);
    return &export->links[at];
}

/* The name under which its content was written already, or NULL. */
static const char *first_name(struct export *export, const struct stat *st, const char *name)
{
    if (st->st_nlink < 2)
        return NULL;
    struct link *link = find_link(export, st->st_ino);
    if (link->name)
        return link->name;
    if (export->link_count < MAX_LINKS) {
        export->link_count++;
        *link = (struct link){ st->st_ino, mem_strdup(name) };
    }
    return NULL;
}

/* What tar has a place for and an import gives back: capabilities, and the user's own. */
static void read_xattrs(int fd, struct arena *arena, struct tar_member *member)
{
    autofree char *names = mem_alloc(MAX_XATTR_BYTES);
    struct tar_xattr *list = arena_array(arena, TAR_MAX_XATTRS, sizeof *list);
    ssize_t len = flistxattr(fd, names, MAX_XATTR_BYTES);
    size_t room = MAX_XATTR_BYTES;
    for (char *name = names; len > 0 && name < names + len && member->xattr_count < TAR_MAX_XATTRS; name += strlen(name) + 1) {
        if (strcmp(name, "security.capability") && strncmp(name, "user.", 5))
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

/* Exactly as many bytes as the head said: a file that shrinks meanwhile ends in zeros. */
static int write_payload(struct export *export, int fd, int64_t size, struct error **err)
{
    const struct sink *to = export->to;
    for (int64_t left = size; left > 0;) {
        size_t want = left < PIECE_BYTES ? (size_t)left : PIECE_BYTES;
        ssize_t n = read(fd, export->piece, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set(err, ERROR_INTERNAL, errno, "reading a file of the volume");
        if (n == 0) {
            memset(export->piece, 0, want);
            n = (ssize_t)want;
        }
        if (to->write(to->context, export->piece, (size_t)n, err) < 0)
            return -1;
        left -= n;
    }
    return tar_write_padding(to, size, err);
}

static void describe(const struct stat *st, const char *name, struct tar_member *member)
{
    *member = (struct tar_member){
        .name = name,
        .link = "",
        .mode = st->st_mode & 07777,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .mtime = st->st_mtim,
        .major = major(st->st_rdev),
        .minor = minor(st->st_rdev),
    };
}

static int write_file(struct export *export, const struct walk_entry *entry, struct error **err)
{
    struct tar_member member;
    struct stat st;
    autofd fd = openat(entry->dir, entry->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) /* removed, or something else by now */
        return 0;
    describe(&st, entry->path, &member);
    const char *first = first_name(export, &st, entry->path);
    if (first) {
        member.type = TAR_HARDLINK;
        member.link = first;
        return tar_write_member(export->to, &member, err);
    }
    autoarena *arena = arena_new();
    member.type = TAR_FILE;
    member.size = st.st_size;
    if (has_xattrs(fd))
        read_xattrs(fd, arena, &member);
    return tar_write_member(export->to, &member, err) < 0 ? -1 : write_payload(export, fd, st.st_size, err);
}

static int write_directory(struct export *export, int fd, const struct stat *st, const char *name, struct error **err)
{
    struct tar_member member;
    autoarena *arena = arena_new();
    describe(st, name, &member);
    member.type = TAR_DIR;
    if (has_xattrs(fd))
        read_xattrs(fd, arena, &member);
    return tar_write_member(export->to, &member, err);
}

static int write_other(struct export *export, const struct walk_entry *entry, struct error **err)
{
    struct tar_member member;
    char target[TAR_MAX_NAME + 1];
    describe(&entry->st, entry->path, &member);
    if (S_ISLNK(entry->st.st_mode)) {
        ssize_t len = readlinkat(entry->dir, entry->name, target, sizeof target - 1);
        if (len < 0)
            return 0;
        target[len] = '\0';
        member.type = TAR_SYMLINK;
        member.link = target;
    } else {
        member.type = S_ISCHR(entry->st.st_mode) ? TAR_CHAR : S_ISBLK(entry->st.st_mode) ? TAR_BLOCK : TAR_FIFO;
    }
    return tar_write_member(export->to, &member, err);
}

static int write_entry(void *context, const struct walk_entry *entry, struct error **err)
{
    struct export *export = context;
    if (strlen(entry->path) > TAR_MAX_NAME)
        return error_set(err, ERROR_INVALID, 0, "%.100s…: the path is longer than %d bytes", entry->path, TAR_MAX_NAME);
    if (S_ISDIR(entry->st.st_mode))
        return write_directory(export, entry->fd, &entry->st, entry->path, err);
    if (S_ISREG(entry->st.st_mode))
        return write_file(export, entry, err);
    return S_ISSOCK(entry->st.st_mode) ? 0 : write_other(export, entry, err); /* tar has no sockets */
}

static int write_all(struct export *export, int root, struct error **err)
{
    struct stat st;
    if (fstat(root, &st) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "looking at the volume");
    if (write_directory(export, root, &st, "./", err) < 0 || walk_tree(root, true, write_entry, export, err) < 0)
        return -1;
    return tar_write_end(export->to, err);
}

static void free_export(struct export *export)
{
    for (size_t i = 0; export->links && i < MAX_LINKS * 2; i++)
        free(export->links[i].name);
    free(export->links);
    free(export->piece);
}

int volume_export(struct engine *engine, const char *name, const struct sink *to, struct error **err)
{
    autoarena *arena = arena_new();
    struct volume volume;
    struct volume_job job;
    if (volume_find(engine, arena, name, &volume, err) < 0)
        return -1;
    struct export export = { .to = to, .piece = mem_alloc(PIECE_BYTES) };
    int rc = volume_job_begin(engine, arena, &volume, &job, err);
    if (rc == 0)
        rc = write_all(&export, job.root, err);
    volume_job_end(&job);
    free_export(&export);
    return rc;
}
