#include "core/archive/tar_header.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"

/* Where the fields are; the prefix depends on the dialect. */
enum {
    AT_NAME = 0,
    AT_MODE = 100,
    AT_UID = 108,
    AT_GID = 116,
    AT_SIZE = 124,
    AT_MTIME = 136,
    AT_CHECKSUM = 148,
    AT_TYPE = 156,
    AT_LINK = 157,
    AT_MAGIC = 257,
    AT_MAJOR = 329,
    AT_MINOR = 337,
    AT_PREFIX = 345,
    AT_TRAILER = 508,
};

bool tar_block_is_zero(const unsigned char block[TAR_BLOCK_BYTES])
{
    static const unsigned char zero[TAR_BLOCK_BYTES];
    return !memcmp(block, zero, TAR_BLOCK_BYTES);
}

/* GNU: the first byte's high bit marks a big-endian two's complement number. */
static int parse_base256(const unsigned char *field, size_t len, int64_t *ret_value)
{
    bool negative = field[0] & 0x40;
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = negative ? (unsigned char)~field[i] : field[i];
        if (i == 0)
            byte &= 0x7f;
        if (value >> 55)
            return -1;
        value = value << 8 | byte;
    }
    if (value > INT64_MAX)
        return -1;
    *ret_value = negative ? -(int64_t)value - 1 : (int64_t)value;
    return 0;
}

/* Octal digits between any spaces and NULs; nothing at all is 0. */
static int parse_number(const unsigned char *field, size_t len, int64_t *ret_value)
{
    if (field[0] & 0x80)
        return parse_base256(field, len, ret_value);
    while (len && (*field == ' ' || *field == '\0'))
        field++, len--;
    int64_t value = 0;
    for (; len && *field != '\0' && *field != ' '; field++, len--) {
        if (*field < '0' || *field > '7' || value >> 59)
            return -1;
        value = value << 3 | (*field - '0');
    }
    for (; len && *field == ' '; field++, len--)
        ;
    if (len && *field != '\0')
        return -1;
    *ret_value = value;
    return 0;
}

/* Early tars summed signed chars; both sums are accepted, as everywhere. */
static bool checksum_fits(const unsigned char block[TAR_BLOCK_BYTES])
{
    int64_t written, plain = 0, with_sign = 0;
    if (parse_number(block + AT_CHECKSUM, 8, &written) < 0)
        return false;
    for (int i = 0; i < TAR_BLOCK_BYTES; i++) {
        unsigned char byte = i >= AT_CHECKSUM && i < AT_CHECKSUM + 8 ? ' ' : block[i];
        plain += byte;
        with_sign += (signed char)byte;
    }
    return written == plain || written == with_sign;
}

static const char *field_text(struct arena *arena, const unsigned char *field, size_t len)
{
    return arena_strndup(arena, (const char *)field, strnlen((const char *)field, len));
}

static const char *full_name(struct arena *arena, const unsigned char block[TAR_BLOCK_BYTES])
{
    const char *name = field_text(arena, block + AT_NAME, 100);
    if (memcmp(block + AT_MAGIC, "ustar", 6))
        return name; /* V7 and GNU keep other things where ustar has the prefix */
    size_t room = memcmp(block + AT_TRAILER, "tar", 4) ? 155 : 131; /* star keeps two times behind it */
    const char *prefix = field_text(arena, block + AT_PREFIX, room);
    return *prefix ? arena_printf(arena, "%s/%s", prefix, name) : name;
}

int tar_header_parse(struct arena *arena, const unsigned char block[TAR_BLOCK_BYTES], struct tar_header *ret_header,
                     struct error **err)
{
    if (!checksum_fits(block))
        return error_set(err, ERROR_INVALID, 0, "archive: no tar header where one was expected (checksum wrong)");
    struct tar_header header = {
        .type = (char)block[AT_TYPE],
        .name = full_name(arena, block),
        .link = field_text(arena, block + AT_LINK, 100),
    };
    if (header.type == '\0')
        header.type = str_ends(header.name, "/") ? '5' : '0';
    bool device = header.type == '3' || header.type == '4';
    const struct {
        const char *what;
        int at, len;
        int64_t *into;
        bool read;
    } numbers[] = {
        { "mode", AT_MODE, 8, &header.mode, true },    { "uid", AT_UID, 8, &header.uid, true },
        { "gid", AT_GID, 8, &header.gid, true },       { "size", AT_SIZE, 12, &header.size, true },
        { "mtime", AT_MTIME, 12, &header.mtime, true }, { "devmajor", AT_MAJOR, 8, &header.major, device },
        { "devminor", AT_MINOR, 8, &header.minor, device },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].read && parse_number(block + numbers[i].at, (size_t)numbers[i].len, numbers[i].into) < 0)
            return error_set(err, ERROR_INVALID, 0, "archive: member %s: its %s is not a number", header.name,
                             numbers[i].what);
    *ret_header = header;
    return 0;
}
