#include "core/container/files/archive.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive/pack.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/files/archive_error.h"
#include "core/container/files/view.h"
#include "core/container/rules/rules.h"

struct container_archive {
    struct container_view view;
    struct arena *arena;
    struct container_file file;
    bool follow;
    int fd; /* what the path stands for, O_PATH */
};

/* ---- looking ---- */

static uint32_t go_mode(mode_t mode)
{
    static const struct {
        mode_t kind;
        uint32_t bits;
    } kinds[] = {
        { S_IFDIR, 1u << 31 },  { S_IFLNK, 1u << 27 },  { S_IFBLK, 1u << 26 },
        { S_IFIFO, 1u << 25 },  { S_IFSOCK, 1u << 24 }, { S_IFCHR, 1u << 26 | 1u << 21 },
    };
    uint32_t bits = mode & 0777;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if ((mode & S_IFMT) == kinds[i].kind)
            bits |= kinds[i].bits;
    return bits | (mode & S_ISUID ? 1u << 23 : 0) | (mode & S_ISGID ? 1u << 22 : 0) | (mode & S_ISVTX ? 1u << 20 : 0);
}

static bool ends_in_dot(const char *path)
{
    return str_ends(path, "/.") || !strcmp(path, ".");
}

static const char *name_of(struct arena *arena, const char *path)
{
    const char *clean = path_clean(arena, path);
    return ends_in_dot(path) ? "." : strcmp(clean, "/") ? path_base(clean) : "/";
}

static void describe(struct container_archive *archive, const struct stat *st)
{
    archive->file.size = st->st_size;
    archive->file.mode = go_mode(st->st_mode);
    archive->file.modified_unix_ns = st->st_mtim.tv_sec * CLOCK_SECOND + st->st_mtim.tv_nsec;
    archive->file.is_directory = S_ISDIR(st->st_mode);
}

/* The link itself is described, what it leads to is taken. */
static int follow_link(struct container_archive *archive, struct error **err)
{
    struct stat st;
    struct container_file *file = &archive->file;
    file->target = path_follow_in(archive->arena, archive->view.root, file->path);
    if (!archive->follow)
        return 0;
    fd_close(archive->fd);
    archive->fd = path_open_in(archive->view.root, file->path, O_PATH, 0);
    file->missing = archive->fd < 0;
    if (!file->missing && fstat(archive->fd, &st) < 0)
        return container_archive_fail(archive->view.ctr, file->path, errno, err);
    file->is_directory = !file->missing && S_ISDIR(st.st_mode);
    return 0;
}

static int find(struct container_archive *archive, const char *path, struct error **err)
{
    struct stat st;
    struct container_file *file = &archive->file;
    bool directory = str_ends(path, "/") || ends_in_dot(path);
    file->path = path_clean(archive->arena, path);
    file->name = name_of(archive->arena, path);
    file->target = "";
    archive->fd = path_open_in(archive->view.root, file->path, O_PATH | (directory ? O_DIRECTORY : O_NOFOLLOW), 0);
    if (archive->fd < 0 || fstat(archive->fd, &st) < 0)
        return container_archive_fail(archive->view.ctr, path, errno, err);
    describe(archive, &st);
    return S_ISLNK(st.st_mode) ? follow_link(archive, err) : 0;
}

struct container_archive *container_archive_open(struct engine *engine, struct arena *arena, const struct container_rules *rules,
                                                 const char *key, const char *path, bool follow, struct error **err)
{
    if (str_empty(path)) {
        error_set(err, ERROR_INVALID, 0, "path: cannot be empty");
        return NULL;
    }
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || (rules && container_rules_check(engine, rules, ctr, err) < 0))
        return NULL;
    autoarchive *archive = mem_zalloc(sizeof *archive);
    *archive = (struct container_archive){ .arena = arena, .follow = follow, .fd = -1 };
    if (container_view_open(engine, arena, ctr, &archive->view, err) < 0 || find(archive, path, err) < 0)
        return NULL;
    struct container_archive *found = archive;
    archive = NULL;
    return found;
}

const struct container_file *container_archive_file(const struct container_archive *archive)
{
    return &archive->file;
}

void container_archive_close(struct container_archive *archive)
{
    if (!archive)
        return;
    fd_close(archive->fd);
    container_view_close(&archive->view);
    free(archive);
}

/* ---- taking out ---- */

/* The devices that the runtime made are the machine's, not the container's. */
static bool is_devices(void *context, const char *path)
{
    (void)context;
    return str_starts(path, "dev/");
}

static int send_directory(struct container_archive *archive, const struct str_map *rename, const struct sink *to, struct error **err)
{
    const char *name = archive->file.name;
    bool root = !strcmp(name, "/"), content = !strcmp(name, ".");
    struct pack_options options = {
        .name = root ? "/" : arena_printf(archive->arena, "%s/", name),
        .prefix = root ? "/" : arena_printf(archive->arena, "%s/", name),
        .rename = rename,
        .cross = true,
        .leave_out = strcmp(archive->file.path, "/") ? NULL : is_devices,
        .owner = container_view_mapping(&archive->view),
        .owners = archive->view.ctr->spec,
    };
    if (content && archive->follow)
        options.name = options.prefix = NULL;
    autofd fd = openat(archive->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? container_archive_fail(archive->view.ctr, archive->file.path, errno, err) : pack_tree(to, fd, &options, err);
}

int container_archive_send(struct container_archive *archive, const struct str_map *rename, const struct sink *to, struct error **err)
{
    const struct pack_options options = {
        .name = archive->file.name, .rename = rename, .owner = container_view_mapping(&archive->view), .owners = archive->view.ctr->spec,
    };
    if (archive->file.missing)
        return container_archive_fail(archive->view.ctr, archive->file.path, ENOENT, err);
    if (archive->file.is_directory)
        return send_directory(archive, rename, to, err);
    return pack_file(to, archive->fd, &options, err);
}
