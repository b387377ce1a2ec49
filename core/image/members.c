#include "core/image/members.h"

#include <string.h>

#include "core/archive/decompress.h"
#include "core/archive/tar.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/store/store.h"

#define SMALL (1u << 20)       /* such members are kept whatever they are */
#define MAX_KEPT (64u << 20)   /* bytes of all that is kept */
#define MAX_MEMBERS 65536

static struct member *add(struct members *members, const char *name)
{
    if (members->count == members->capacity) {
        members->capacity = members->capacity ? members->capacity * 2 : 64;
        members->items = mem_regrow(members->items, members->capacity, sizeof *members->items);
    }
    struct member *member = &members->items[members->count++];
    *member = (struct member){ .name = arena_strdup(members->arena, name) };
    return member;
}

/* Bytes that were looked at, then the rest of the member. */
struct rest {
    const char *seen;
    size_t len, used;
    struct tar_reader *tar; /* NULL: nothing more */
};

static long rest_read(void *context, void *into, size_t len, struct error **err)
{
    struct rest *rest = context;
    size_t n = rest->len - rest->used;
    if (!n)
        return rest->tar ? tar_read(rest->tar, into, len, err) : 0;
    n = n < len ? n : len;
    memcpy(into, rest->seen + rest->used, n);
    rest->used += n;
    return (long)n;
}

/* blobs/sha256/HEX says what its bytes have to add up to. */
static const char *promised_digest(struct arena *arena, const char *name)
{
    const char *hex = path_base(name);
    if (!str_starts(name, "blobs/sha256/") || strlen(hex) != 64 || !str_is_hex(hex))
        return NULL;
    return arena_printf(arena, "sha256:%s", hex);
}

static struct store_staged *stage(struct members *members, struct rest *rest, const char *digest, const char *name,
                                  struct error **err)
{
    const struct source source = { rest, rest_read };
    const struct store_stage_options options = { .compressed_digest = digest, .compressed_size = -1 };
    struct store_staged *staged = store_stage_layer(members->engine->store, &source, &options, err);
    if (!staged)
        error_wrap(err, "%s", name);
    return staged;
}

/* A document when it is small or begins like one; else a layer. */
static int take_file(struct members *members, struct tar_reader *tar, const struct tar_member *tar_member, struct error **err)
{
    struct member *member = add(members, tar_member->path);
    int64_t size = tar_member->size;
    autobuf seen = BUF(IMAGE_MAX_DOCUMENT + 1);
    long n = 1;
    while ((seen.len < SMALL || (buf_text(&seen)[0] == '{' && size <= IMAGE_MAX_DOCUMENT)) && n > 0) {
        char *room = buf_reserve(&seen, 65536);
        if (!room)
            break;
        n = tar_read(tar, room, 65536, err);
        if (n < 0)
            return -1;
        seen.len += (size_t)n;
    }
    if ((int64_t)seen.len < size) {
        struct rest rest = { seen.data, seen.len, 0, tar };
        member->staged = stage(members, &rest, promised_digest(members->arena, member->name), member->name, err);
        if (!member->staged && (*err)->kind == ERROR_INVALID) { /* no layer, which matters when the image says that it is one */
            member->why = arena_strdup(members->arena, (*err)->message);
            error_clear(err);
        }
        return *err ? -1 : 0;
    }
    members->bytes += seen.len;
    if (members->bytes > MAX_KEPT)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: more than %u MB of small members", MAX_KEPT >> 20);
    member->text = (struct image_document){ arena_strndup(members->arena, buf_text(&seen), seen.len), seen.len };
    return 0;
}

static void take_link(struct members *members, const struct tar_member *tar_member)
{
    struct member *member = add(members, tar_member->path);
    const char *slash = strrchr(member->name, '/'), *target = tar_member->link;
    if (tar_member->type == TAR_HARDLINK)
        member->same_as = arena_strdup(members->arena, tar_member->link_path);
    else
        member->same_as = path_clean(members->arena, arena_printf(members->arena, "%.*s/%s", slash ? (int)(slash - member->name) : 0, member->name, target)) + 1;
}

static int read_members(struct members *members, struct tar_reader *tar, struct error **err)
{
    const struct tar_member *member;
    int more;
    while ((more = tar_next(tar, &member, err)) > 0) {
        if (members->count >= MAX_MEMBERS)
            return error_set(err, ERROR_TOO_LARGE, 0, "archive: more than %d members", MAX_MEMBERS);
        if (member->type == TAR_FILE && take_file(members, tar, member, err) < 0)
            return -1;
        if (member->type == TAR_SYMLINK || member->type == TAR_HARDLINK)
            take_link(members, member);
    }
    return more < 0 ? -1 : tar_finish(tar, err);
}

int members_read(struct members *members, const struct source *from, struct error **err)
{
    autodecompress struct decompress *plain = decompress_open(from, err);
    if (!plain)
        return -1;
    const struct source source = decompress_source(plain);
    autotar struct tar_reader *tar = tar_open(&source, NULL);
    return read_members(members, tar, err) < 0 ? error_wrap(err, "the archive") : 0;
}

void members_free(struct members *members)
{
    for (size_t i = 0; i < members->count; i++)
        store_staged_free(members->items[i].staged);
    for (size_t i = 0; i < members->later.count; i++)
        store_staged_free(members->later.items[i]);
    free(members->later.items);
    free(members->items);
}

struct member *members_find(struct members *members, const char *path)
{
    for (int links = 0; links < 8; links++) {
        struct member *found = NULL;
        for (size_t i = 0; i < members->count; i++)
            if (!strcmp(members->items[i].name, path))
                found = &members->items[i];
        if (!found || !found->same_as)
            return found;
        path = found->same_as;
    }
    return NULL;
}

int members_document(struct members *members, const char *path, struct image_document *ret_document, struct error **err)
{
    const struct member *member = members_find(members, path);
    if (!member)
        return error_set(err, ERROR_INVALID, 0, "the archive has no %s", path);
    if (!member->text.text || member->text.len > IMAGE_MAX_DOCUMENT)
        return error_set(err, ERROR_INVALID, 0, "%s: expected a document of at most %u bytes", path, IMAGE_MAX_DOCUMENT);
    *ret_document = member->text;
    return 0;
}

static struct store_staged *keep(struct members *members, struct store_staged *staged)
{
    if (!staged)
        return NULL;
    members->later.items = mem_regrow(members->later.items, members->later.count + 1, sizeof staged);
    members->later.items[members->later.count++] = staged;
    return staged;
}

struct store_staged *members_layer(struct members *members, const char *path, const char *digest, struct error **err)
{
    struct member *member = members_find(members, path);
    if (!member) {
        error_set(err, ERROR_INVALID, 0, "the archive has no layer %s", path);
        return NULL;
    }
    if (member->text.text) {
        struct rest rest = { member->text.text, member->text.len, 0, NULL };
        return keep(members, stage(members, &rest, digest, path, err));
    }
    struct store_staged *staged = member->staged;
    if (member->why) {
        error_set(err, ERROR_INVALID, 0, "%s", member->why);
        return NULL;
    }
    if (!staged) {
        error_set(err, ERROR_UNSUPPORTED, 0, "layer %s is more than %u bytes and in use twice, above different layers: not supported",
                  path, SMALL);
        return NULL;
    }
    member->staged = NULL;
    return keep(members, staged);
}
