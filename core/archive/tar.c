#include "core/archive/tar.h"

#include <assert.h>
#include <string.h>

#include "core/archive/tar_header.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/sink.h"
#include "core/base/str.h"

/* Pieces stay in the second-level cache between inflating, hashing and writing. */
#define WINDOW (256 * 1024)
#define MAX_LONG_NAME 8192 /* of the block that carries it; the name itself is measured after */

struct tar_reader {
    struct source from;
    struct tar_observer observer;
    bool observed;
    char *window;
    size_t at, end;
    bool source_ended, archive_ended;
    int64_t payload_left;
    unsigned padding_left;
    bool in_member;
    struct arena *arena; /* of the current member */
    struct tar_extended extended;
    const char *long_name, *long_link;
    struct tar_member member;
};

struct tar_reader *tar_open(const struct source *from, const struct tar_observer *observer)
{
    struct tar_reader *tar = mem_zalloc(sizeof *tar);
    tar->from = *from;
    if (observer) {
        tar->observer = *observer;
        tar->observed = true;
    }
    tar->window = mem_alloc(WINDOW);
    tar->arena = arena_new();
    return tar;
}

void tar_close(struct tar_reader *tar)
{
    if (!tar)
        return;
    arena_free(tar->arena);
    free(tar->window);
    free(tar);
}

/* ---- bytes ---- */

/* Makes at least @need bytes available unless the stream ends before. */
static int fill(struct tar_reader *tar, size_t need, struct error **err)
{
    if (tar->at == tar->end)
        tar->at = tar->end = 0;
    if (tar->at + need > WINDOW) {
        memmove(tar->window, tar->window + tar->at, tar->end - tar->at);
        tar->end -= tar->at;
        tar->at = 0;
    }
    while (tar->end - tar->at < need && !tar->source_ended) {
        long n = tar->from.read(tar->from.context, tar->window + tar->end, WINDOW - tar->end, err);
        if (n < 0)
            return -1;
        tar->source_ended = n == 0;
        tar->end += (size_t)n;
    }
    return 0;
}

static int observe_bytes(struct tar_reader *tar, const void *data, size_t len, struct error **err)
{
    if (!tar->observed || !len)
        return 0;
    return tar->observer.bytes(tar->observer.context, data, len, err);
}

static int truncated(struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "archive: it ends in the middle of a member");
}

/* Passes @len bytes that are no payload. @or_end: the stream may end before (padding of the last member). */
static int pass(struct tar_reader *tar, size_t len, bool or_end, struct buf *copy, struct error **err)
{
    while (len) {
        if (fill(tar, 1, err) < 0)
            return -1;
        size_t ready = tar->end - tar->at, n = ready < len ? ready : len;
        if (!n)
            return or_end ? 0 : truncated(err);
        if (copy)
            buf_append(copy, tar->window + tar->at, n);
        if (observe_bytes(tar, tar->window + tar->at, n, err) < 0)
            return -1;
        tar->at += n;
        len -= n;
    }
    return 0;
}

static size_t padding_of(int64_t size)
{
    return (size_t)(-(uint64_t)size % TAR_BLOCK_BYTES);
}

/* ---- extended headers ---- */

static char *read_body(struct tar_reader *tar, const struct tar_header *header, size_t limit, size_t *ret_len,
                       struct error **err)
{
    if (header->size < 0 || (uint64_t)header->size > limit) {
        error_set(err, header->size < 0 ? ERROR_INVALID : ERROR_TOO_LARGE, 0,
                  "archive: an extended header of %lld bytes, at most %zu are taken", (long long)header->size, limit);
        return NULL;
    }
    autobuf body = BUF(limit);
    if (pass(tar, (size_t)header->size, false, &body, err) < 0 ||
        pass(tar, padding_of(header->size), false, NULL, err) < 0)
        return NULL;
    *ret_len = body.len;
    return arena_strndup(tar->arena, buf_text(&body), body.len);
}

static int take_pax(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    size_t len;
    char *body = read_body(tar, header, TAR_MAX_EXTENDED, &len, err);
    if (!body)
        return -1;
    if (tar->extended.present)
        return error_set(err, ERROR_INVALID, 0, "archive: two extended headers in front of one member");
    tar->extended.present = true;
    return tar_pax_parse(tar->arena, body, len, false, &tar->extended, err);
}

/* Nothing of it is kept, so that any number of them costs no memory. */
static int skip_global(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    if (tar->extended.present || tar->long_name || tar->long_link)
        return error_set(err, ERROR_INVALID, 0, "archive: a global extended header between another one and its member");
    size_t len;
    char *body = read_body(tar, header, TAR_MAX_EXTENDED, &len, err);
    if (!body || tar_pax_parse(tar->arena, body, len, true, NULL, err) < 0)
        return -1;
    arena_reset(tar->arena);
    return 0;
}

static int take_long(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    size_t len;
    char *body = read_body(tar, header, MAX_LONG_NAME, &len, err);
    if (!body)
        return -1;
    const char **into = header->type == 'L' ? &tar->long_name : &tar->long_link;
    if (*into)
        return error_set(err, ERROR_INVALID, 0, "archive: two long names in front of one member");
    *into = body; /* up to its first NUL */
    return 0;
}

/* ---- members ---- */

static const struct {
    char flag;
    enum tar_type type;
} types[] = {
    { '0', TAR_FILE }, { '7', TAR_FILE }, { '1', TAR_HARDLINK }, { '2', TAR_SYMLINK },
    { '3', TAR_CHAR }, { '4', TAR_BLOCK }, { '5', TAR_DIR },      { '6', TAR_FIFO },
};

static int find_type(const struct tar_header *header, enum tar_type *ret_type, struct error **err)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (types[i].flag == header->type) {
            *ret_type = types[i].type;
            return 0;
        }
    if (header->type == 'S')
        return error_set(err, ERROR_UNSUPPORTED, 0,
                         "archive: member %s: sparse files are not supported: pack without --sparse", header->name);
    return error_set(err, ERROR_UNSUPPORTED, 0,
                     "archive: member %s: type 0x%02x is no file, link, directory, device or fifo", header->name,
                     (unsigned char)header->type);
}

/* Clean and relative, or NULL when ".." climbs above the root. */
static const char *inside(struct arena *arena, const char *name)
{
    long depth = 0;
    for (const char *at = name; *at;) {
        at += strspn(at, "/");
        size_t len = strcspn(at, "/");
        if (len == 2 && !memcmp(at, "..", 2))
            depth--;
        else if (len && !(len == 1 && *at == '.'))
            depth++;
        if (depth < 0)
            return NULL;
        at += len;
    }
    const char *clean = path_clean(arena, name) + 1;
    return *clean ? clean : ".";
}

static int check_name(const char *what, const char *name, struct error **err)
{
    if (!*name)
        return error_set(err, ERROR_INVALID, 0, "archive: a member without %s", what);
    if (strlen(name) > TAR_MAX_NAME)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: a %s of %zu bytes, at most %d are taken", what,
                         strlen(name), TAR_MAX_NAME);
    return 0;
}

static int resolve_names(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    struct tar_member *member = &tar->member;
    /* GNU's wins where both are given, as in Go. */
    member->name = tar->long_name ? tar->long_name : tar->extended.path ? tar->extended.path : header->name;
    if (check_name("name", member->name, err) < 0)
        return -1;
    member->path = inside(tar->arena, member->name);
    if (!member->path)
        return error_set(err, ERROR_INVALID, 0, "archive: member %s leads out of the archive", member->name);
    member->link = member->link_path = "";
    if (member->type != TAR_SYMLINK && member->type != TAR_HARDLINK)
        return 0;
    member->link = tar->long_link ? tar->long_link : tar->extended.link ? tar->extended.link : header->link;
    if (check_name("link target", member->link, err) < 0)
        return -1;
    if (member->type == TAR_HARDLINK)
        member->link_path = inside(tar->arena, member->link);
    if (!member->link_path)
        return error_set(err, ERROR_INVALID, 0,
                         "archive: member %s is a hard link to %s, which leads out of the archive", member->name,
                         member->link);
    return 0;
}

static int check_id(const char *name, const char *what, int64_t id, struct error **err)
{
    /* The highest one means "leave it" to chown(2). */
    if (id < 0 || id >= UINT32_MAX)
        return error_set(err, ERROR_INVALID, 0, "archive: member %s: %s %lld, expected 0 to 4294967294", name, what,
                         (long long)id);
    return 0;
}

static int resolve_numbers(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    struct tar_member *member = &tar->member;
    const struct tar_extended *extended = &tar->extended;
    int64_t uid = extended->has_uid ? extended->uid : header->uid,
            gid = extended->has_gid ? extended->gid : header->gid;
    if (check_id(member->name, "uid", uid, err) < 0 || check_id(member->name, "gid", gid, err) < 0)
        return -1;
    int64_t size = extended->has_size ? extended->size : header->size;
    if (size < 0 || size > INT64_MAX - TAR_BLOCK_BYTES)
        return error_set(err, ERROR_INVALID, 0, "archive: member %s: size %lld", member->name, (long long)size);
    if (member->type != TAR_FILE)
        size = 0; /* writers leave the target's size in links; no payload follows */
    member->uid = (uid_t)uid;
    member->gid = (gid_t)gid;
    member->mode = (mode_t)(header->mode & 07777);
    member->size = size;
    member->mtime = extended->has_mtime ? extended->mtime : (struct timespec){ .tv_sec = header->mtime };
    bool device = member->type == TAR_CHAR || member->type == TAR_BLOCK;
    if (device && (header->major < 0 || header->major > 0xfff || header->minor < 0 || header->minor > 0xfffff))
        return error_set(err, ERROR_INVALID, 0, "archive: member %s: device number %lld:%lld", member->name,
                         (long long)header->major, (long long)header->minor);
    member->major = (unsigned)header->major;
    member->minor = (unsigned)header->minor;
    return 0;
}

static int start_member(struct tar_reader *tar, const struct tar_header *header, struct error **err)
{
    tar->member = (struct tar_member){ .xattrs = tar->extended.xattrs, .xattr_count = tar->extended.xattr_count };
    if (find_type(header, &tar->member.type, err) < 0 || resolve_names(tar, header, err) < 0 ||
        resolve_numbers(tar, header, err) < 0)
        return -1;
    tar->payload_left = tar->member.size;
    tar->padding_left = (unsigned)padding_of(tar->member.size);
    tar->in_member = true;
    if (tar->observed && tar->observer.member(tar->observer.context, &tar->member, err) < 0)
        return -1;
    return 0;
}

/* ---- the reader's face ---- */

int tar_payload(struct tar_reader *tar, const void **ret_data, size_t *ret_len, struct error **err)
{
    if (!tar->payload_left)
        return 0;
    if (fill(tar, 1, err) < 0)
        return -1;
    size_t len = tar->end - tar->at;
    if (!len)
        return truncated(err);
    if ((int64_t)len > tar->payload_left)
        len = (size_t)tar->payload_left;
    const char *data = tar->window + tar->at;
    if (tar->observed && tar->observer.payload(tar->observer.context, data, len, err) < 0)
        return -1;
    tar->at += len;
    tar->payload_left -= (int64_t)len;
    *ret_data = data;
    *ret_len = len;
    return 1;
}

long tar_read(void *context, void *into, size_t len, struct error **err)
{
    struct tar_reader *tar = context;
    if (!tar->payload_left || !len)
        return 0;
    if (fill(tar, 1, err) < 0)
        return -1;
    size_t ready = tar->end - tar->at;
    if (!ready)
        return truncated(err);
    len = len < ready ? len : ready;
    len = (int64_t)len < tar->payload_left ? len : (size_t)tar->payload_left;
    memcpy(into, tar->window + tar->at, len);
    if (tar->observed && tar->observer.payload(tar->observer.context, into, len, err) < 0)
        return -1;
    tar->at += len;
    tar->payload_left -= (int64_t)len;
    return (long)len;
}

static int end_member(struct tar_reader *tar, struct error **err)
{
    const void *data;
    size_t len;
    int rc;
    while ((rc = tar_payload(tar, &data, &len, err)) > 0)
        ;
    if (rc < 0)
        return -1;
    if (tar->in_member && tar->observed && tar->observer.member_end(tar->observer.context, err) < 0)
        return -1;
    tar->in_member = false;
    unsigned padding = tar->padding_left;
    tar->padding_left = 0;
    return pass(tar, padding, true, NULL, err);
}

/* Two zero blocks, or one at the very end of the stream, or no block at all. 1: the archive is over. */
static int at_end(struct tar_reader *tar, struct error **err)
{
    if (fill(tar, TAR_BLOCK_BYTES, err) < 0)
        return -1;
    size_t ready = tar->end - tar->at;
    if (!ready)
        return 1;
    if (ready < TAR_BLOCK_BYTES)
        return error_set(err, ERROR_INVALID, 0, "archive: it ends in the middle of a header");
    if (!tar_block_is_zero((unsigned char *)tar->window + tar->at))
        return 0;
    if (fill(tar, 2 * TAR_BLOCK_BYTES, err) < 0)
        return -1;
    ready = tar->end - tar->at;
    if (ready > TAR_BLOCK_BYTES &&
        (ready < 2 * TAR_BLOCK_BYTES || !tar_block_is_zero((unsigned char *)tar->window + tar->at + TAR_BLOCK_BYTES)))
        return error_set(err, ERROR_INVALID, 0, "archive: something follows a single end block");
    return pass(tar, ready < 2 * TAR_BLOCK_BYTES ? ready : 2 * TAR_BLOCK_BYTES, false, NULL, err) < 0 ? -1 : 1;
}

static void forget_member(struct tar_reader *tar)
{
    arena_reset(tar->arena);
    tar->extended = (struct tar_extended){ 0 };
    tar->long_name = tar->long_link = NULL;
}

int tar_next(struct tar_reader *tar, const struct tar_member **ret_member, struct error **err)
{
    if (tar->archive_ended)
        return 0;
    if (end_member(tar, err) < 0)
        return -1;
    forget_member(tar);
    for (;;) {
        int end = at_end(tar, err);
        if (end < 0)
            return -1;
        if (end) {
            tar->archive_ended = true;
            return 0;
        }
        struct tar_header header;
        if (tar_header_parse(tar->arena, (unsigned char *)tar->window + tar->at, &header, err) < 0 ||
            pass(tar, TAR_BLOCK_BYTES, false, NULL, err) < 0)
            return -1;
        int rc;
        if (header.type == 'x') {
            rc = take_pax(tar, &header, err);
        } else if (header.type == 'g') {
            rc = skip_global(tar, &header, err);
        } else if (header.type == 'L' || header.type == 'K') {
            rc = take_long(tar, &header, err);
        } else {
            rc = start_member(tar, &header, err);
            if (!rc) {
                *ret_member = &tar->member;
                return 1;
            }
        }
        if (rc < 0)
            return -1;
    }
}

int tar_finish(struct tar_reader *tar, struct error **err)
{
    assert(tar->archive_ended);
    for (;;) {
        if (fill(tar, 1, err) < 0)
            return -1;
        size_t len = tar->end - tar->at;
        if (!len)
            return 0;
        if (observe_bytes(tar, tar->window + tar->at, len, err) < 0)
            return -1;
        tar->at = tar->end;
    }
}
