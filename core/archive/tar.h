#pragma once
/*
 * Reading tar archives as a stream: ustar, old V7, GNU long names and base-256 numbers, pax with extended attributes.
 *
 *   autotar struct tar_reader *tar = tar_open(&source, NULL);
 *   const struct tar_member *member;
 *   while ((rc = tar_next(tar, &member, err)) > 0)
 *       … tar_payload() or tar_read() until 0, or not at all: the rest is skipped …
 *
 * There is one parser: what unpacks a layer and what writes its tar-split see the same members, because the second
 * listens to the first (struct tar_observer).
 *
 * Where readers of tar disagree this one does as Go's archive/tar, which podman and docker use; what is ambiguous (two
 * extended headers, sizes set for a whole archive, names that climb out) is refused. Sparse files are
 * ERROR_UNSUPPORTED.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

struct error;
struct source;
struct tar_reader;

enum tar_type { TAR_FILE, TAR_DIR, TAR_SYMLINK, TAR_HARDLINK, TAR_CHAR, TAR_BLOCK, TAR_FIFO };

#define TAR_MAX_NAME 4095            /* bytes of a name or link target: the kernel's own limit */
#define TAR_MAX_EXTENDED (1u << 20)  /* bytes of one pax header */
#define TAR_MAX_XATTRS 256           /* of one member */

struct tar_xattr {
    const char *name;
    const void *value;
    size_t len;
};

struct tar_member {
    enum tar_type type;
    const char *name;      /* as the archive says, after pax and GNU headers; never empty */
    const char *path;      /* clean and relative: no "..", ".", doubled or outer slashes; "." is the root itself */
    const char *link;      /* target of symlinks and hard links as the archive says; else "" */
    const char *link_path; /* hard links: the target like `path` */
    mode_t mode;           /* 07777 bits */
    uid_t uid;
    gid_t gid;
    int64_t size; /* of the payload; 0 for all but files */
    struct timespec mtime;
    unsigned major, minor;
    const struct tar_xattr *xattrs;
    size_t xattr_count;
};

/* Hears every byte exactly once, in order. A failure (with *err) ends the reading. */
struct tar_observer {
    void *context;
    /* Headers, padding, end blocks and what follows them. */
    int (*bytes)(void *context, const void *data, size_t len, struct error **err);
    int (*member)(void *context, const struct tar_member *member, struct error **err);
    int (*payload)(void *context, const void *data, size_t len, struct error **err);
    int (*member_end)(void *context, struct error **err);
};

#define autotar __attribute__((cleanup(tar_cleanup)))

/* Owned. @from and @observer (NULL: none) are copied, what they point at is borrowed for the reader's life. */
struct tar_reader *tar_open(const struct source *from, const struct tar_observer *observer);
void tar_close(struct tar_reader *tar);

/* The next member, borrowed until the next call: 1, 0 at the end of the archive, -1 with *err:
 *   ERROR_INVALID      damaged, truncated, ambiguous or hostile
 *   ERROR_UNSUPPORTED  sparse, multi-volume and other members that are not part of a file system
 *   ERROR_TOO_LARGE    a name or extended header past its limit */
int tar_next(struct tar_reader *tar, const struct tar_member **ret_member, struct error **err);
/* A piece of the payload without copying, borrowed until the next call: 1, 0 at its end, -1 with *err. */
int tar_payload(struct tar_reader *tar, const void **ret_data, size_t *ret_len, struct error **err);
/* The same as a copy; fits `struct source` with the reader as context: a member as a stream. */
long tar_read(void *tar, void *into, size_t len, struct error **err);
/* Reads what follows the end of the archive to the end of the stream, so that digests cover all of it. */
int tar_finish(struct tar_reader *tar, struct error **err);

static inline void tar_cleanup(struct tar_reader **tar)
{
    tar_close(*tar);
}
