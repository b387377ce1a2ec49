#include "core/archive/unpack_node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/archive/tar.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/str.h"

int unpack_fail(const struct tar_member *member, int sys_errno, const char *doing, struct error **err)
{
    static const int theirs[] = { EEXIST, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG, ENOENT, EINVAL, EXDEV, EMLINK, EILSEQ };
    enum error_kind kind = ERROR_INTERNAL;
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
        if (sys_errno == theirs[i])
            kind = ERROR_INVALID;
    return error_set(err, kind, sys_errno, "archive: member %s: %s", member->name, doing);
}

static int make_device(int parent, const char *base, mode_t kind, const struct tar_member *member)
{
    if (mknodat(parent, base, kind | 0600, makedev(member->major, member->minor)) < 0)
        return -1;
    return openat(parent, base, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

int unpack_make(int parent, const char *base, const struct tar_member *member)
{
    switch (member->type) {
    case TAR_FILE: return openat(parent, base, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    case TAR_DIR:
        if (mkdirat(parent, base, 0700) < 0 && errno != EEXIST)
            return -1;
        return openat(parent, base, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    case TAR_SYMLINK:
        if (symlinkat(member->link, parent, base) < 0)
            return -1;
        return openat(parent, base, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    case TAR_CHAR: return make_device(parent, base, S_IFCHR, member);
    case TAR_BLOCK: return make_device(parent, base, S_IFBLK, member);
    case TAR_FIFO: return make_device(parent, base, S_IFIFO, member);
    case TAR_HARDLINK: break;
    }
    errno = EINVAL;
    return -1;
}

/* Attributes that would make overlayfs look elsewhere than the layer says. */
static bool steers_overlay(const char *name)
{
    return str_starts(name, "trusted.overlay.") || str_starts(name, "user.overlay.");
}

static int set_xattrs(int fd, const char *self, const struct tar_member *member, const struct unpack_options *options,
                      struct error **err)
{
    for (size_t i = 0; i < member->xattr_count; i++) {
        const struct tar_xattr *xattr = &member->xattrs[i];
        if (options->layer && steers_overlay(xattr->name))
            continue;
        int rc = self ? setxattr(self, xattr->name, xattr->value, xattr->len, 0)
                      : fsetxattr(fd, xattr->name, xattr->value, xattr->len, 0);
        if (!rc || errno == EOPNOTSUPP)
            continue; /* the file system, or SELinux that is off: podman lets that pass too */
        if (errno == EPERM && (options->user_namespace || (member->type != TAR_FILE && member->type != TAR_DIR)))
            continue;
        int saved = errno;
        unpack_fail(member, saved, "setting an extended attribute", err);
        return error_wrap(err, "%s", xattr->name);
    }
    return 0;
}

int unpack_dress(int fd, const struct tar_member *member, const struct unpack_options *options, struct error **err)
{
    /* O_PATH descriptors take neither fchmod nor fsetxattr, but can be named. */
    char text[32], *self = NULL;
    if (member->type != TAR_FILE && member->type != TAR_DIR) {
        snprintf(text, sizeof text, "/proc/self/fd/%d", fd);
        self = text;
    }
    uid_t uid = options->uid ? *options->uid : member->uid;
    gid_t gid = options->gid ? *options->gid : member->gid;
    if (fchownat(fd, "", uid, gid, AT_EMPTY_PATH) < 0)
        return unpack_fail(member, errno, "setting its owner", err);
    /* After the owner, whose change takes setuid away. */
    if (member->type != TAR_SYMLINK && (self ? chmod(self, member->mode) : fchmod(fd, member->mode)) < 0)
        return unpack_fail(member, errno, "setting its mode", err);
    if (set_xattrs(fd, self, member, options, err) < 0)
        return -1;
    struct timespec times[2] = { member->mtime, member->mtime };
    int rc = self ? utimensat(fd, "", times, AT_EMPTY_PATH) : member->type == TAR_DIR ? 0 : futimens(fd, times);
    return rc < 0 ? unpack_fail(member, errno, "setting its times", err) : 0;
}

int unpack_set_opaque(int directory, const struct unpack_options *options)
{
    char self[32];
    snprintf(self, sizeof self, "/proc/self/fd/%d", directory);
    return setxattr(self, options->user_namespace ? "user.overlay.opaque" : "trusted.overlay.opaque", "y", 1, 0);
}
