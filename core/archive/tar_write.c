#include "core/archive/tar_write.h"

#include <stdio.h>
#include <string.h>

#include "core/archive/tar_header.h"
#include "core/base/buf.h"
#include "core/base/sink.h"
#include "core/base/str.h"

#define MAX_OCTAL7 2097151LL      /* of mode, uid, gid, device numbers */
#define MAX_OCTAL11 8589934591LL  /* of size and mtime */
#define NAME_SIZE 100
#define PREFIX_SIZE 155

static const char type_flags[] = { [TAR_FILE] = '0', [TAR_DIR] = '5', [TAR_SYMLINK] = '2', [TAR_HARDLINK] = '1',
                                   [TAR_CHAR] = '3', [TAR_BLOCK] = '4', [TAR_FIFO] = '6' };

struct block {
    char name[NAME_SIZE], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[NAME_SIZE];
    char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[PREFIX_SIZE], trailer[12];
};
_Static_assert(sizeof(struct block) == TAR_BLOCK_BYTES, "a header is one block");

/* What does not fit is 0 here and in a pax header besides. */
static void put_octal(char *field, size_t size, int64_t value)
{
    char text[24];
    int64_t max = size == 8 ? MAX_OCTAL7 : MAX_OCTAL11;
    snprintf(text, sizeof text, "%0*llo", (int)size - 1, value < 0 || value > max ? 0 : (long long)value);
    memcpy(field, text, size - 1);
}

/* The slash at which the name falls into prefix and rest; NULL when there is none. */
static const char *split_point(const char *name, size_t len)
{
    for (const char *at = name + len - 1; at > name; at--)
        if (*at == '/' && (size_t)(at - name) <= PREFIX_SIZE && name + len - at - 1 <= NAME_SIZE && at[1])
            return at;
    return NULL;
}

static bool is_plain(const char *text)
{
    for (; *text; text++)
        if (*(const unsigned char *)text >= 0x80)
            return false;
    return true;
}

static void seal(struct block *block)
{
    unsigned sum = 0;
    memset(block->checksum, ' ', sizeof block->checksum);
    for (size_t i = 0; i < sizeof *block; i++)
        sum += ((const unsigned char *)block)[i];
    snprintf(block->checksum, sizeof block->checksum, "%06o", sum);
}

/* "LENGTH key=value\n", where the length counts its own digits. */
static void put_record(struct buf *records, const char *key, const void *value, size_t value_len)
{
    size_t rest = strlen(key) + value_len + 3, len = 0;
    for (size_t longer = rest + 1; len != longer;) {
        len = longer;
        longer = rest + (size_t)snprintf(NULL, 0, "%zu", len);
    }
    buf_printf(records, "%zu %s=", len, key);
    buf_append(records, value, value_len);
    buf_puts(records, "\n");
}

static void put_number(struct buf *records, const char *key, int64_t value, int64_t max)
{
    char text[24];
    if (value >= 0 && value <= max)
        return;
    int len = snprintf(text, sizeof text, "%lld", (long long)value);
    put_record(records, key, text, (size_t)len);
}

static int write_records(const struct sink *to, const struct buf *records, struct error **err)
{
    struct block block = { .name = "PaxHeaders/member", .type = 'x', .magic = "ustar", .version = { '0', '0' } };
    put_octal(block.mode, sizeof block.mode, 0644);
    put_octal(block.uid, sizeof block.uid, 0);
    put_octal(block.gid, sizeof block.gid, 0);
    put_octal(block.size, sizeof block.size, (int64_t)records->len);
    put_octal(block.mtime, sizeof block.mtime, 0);
    seal(&block);
    if (to->write(to->context, &block, sizeof block, err) < 0 || to->write(to->context, records->data, records->len, err) < 0)
        return -1;
    return tar_write_padding(to, (int64_t)records->len, err);
}

static void put_name(struct block *block, struct buf *records, const char *name, size_t len)
{
    const char *split = len > NAME_SIZE ? split_point(name, len) : NULL;
    if (is_plain(name) && len <= NAME_SIZE) {
        memcpy(block->name, name, len);
    } else if (is_plain(name) && split) {
        memcpy(block->prefix, name, (size_t)(split - name));
        memcpy(block->name, split + 1, (size_t)(name + len - split - 1));
    } else {
        memcpy(block->name, name, len < NAME_SIZE ? len : NAME_SIZE);
        put_record(records, "path", name, len);
    }
}

static void put_link(struct block *block, struct buf *records, const char *link)
{
    size_t len = strlen(link);
    memcpy(block->link, link, len < NAME_SIZE ? len : NAME_SIZE);
    if (len > NAME_SIZE || !is_plain(link))
        put_record(records, "linkpath", link, len);
}

static void put_xattrs(struct buf *records, const struct tar_member *member)
{
    for (size_t i = 0; i < member->xattr_count; i++) {
        char key[300];
        if (strchr(member->xattrs[i].name, '=') || strlen(member->xattrs[i].name) > 255)
            continue;
        snprintf(key, sizeof key, "SCHILY.xattr.%s", member->xattrs[i].name);
        put_record(records, key, member->xattrs[i].value, member->xattrs[i].len);
    }
}

int tar_write_member(const struct sink *to, const struct tar_member *member, struct error **err)
{
    struct block block = { .type = type_flags[member->type], .magic = "ustar", .version = { '0', '0' } };
    char name[TAR_MAX_NAME + 2];
    int len = snprintf(name, sizeof name, "%s%s", member->name, member->type == TAR_DIR && !str_ends(member->name, "/") ? "/" : "");
    autobuf records = BUF(TAR_MAX_EXTENDED);
    put_name(&block, &records, name, (size_t)len < sizeof name ? (size_t)len : sizeof name - 1);
    if (member->link && *member->link)
        put_link(&block, &records, member->link);
    put_number(&records, "uid", member->uid, MAX_OCTAL7);
    put_number(&records, "gid", member->gid, MAX_OCTAL7);
    put_number(&records, "size", member->size, MAX_OCTAL11);
    put_number(&records, "mtime", member->mtime.tv_sec, MAX_OCTAL11);
    put_xattrs(&records, member);
    put_octal(block.mode, sizeof block.mode, member->mode & 07777);
    put_octal(block.uid, sizeof block.uid, member->uid);
    put_octal(block.gid, sizeof block.gid, member->gid);
    put_octal(block.size, sizeof block.size, member->size);
    put_octal(block.mtime, sizeof block.mtime, member->mtime.tv_sec);
    if (member->type == TAR_CHAR || member->type == TAR_BLOCK) {
        put_octal(block.major, sizeof block.major, member->major);
        put_octal(block.minor, sizeof block.minor, member->minor);
    }
    seal(&block);
    if (records.len && write_records(to, &records, err) < 0)
        return -1;
    return to->write(to->context, &block, sizeof block, err);
}

int tar_write_padding(const struct sink *to, int64_t size, struct error **err)
{
    static const char zero[TAR_BLOCK_BYTES];
    size_t rest = (size_t)(size % TAR_BLOCK_BYTES);
    return rest ? to->write(to->context, zero, TAR_BLOCK_BYTES - rest, err) : 0;
}

int tar_write_end(const struct sink *to, struct error **err)
{
    static const char zero[2 * TAR_BLOCK_BYTES];
    return to->write(to->context, zero, sizeof zero, err);
}
