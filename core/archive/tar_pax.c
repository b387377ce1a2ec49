#include <stdlib.h>
#include <string.h>

#include "core/archive/tar_header.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"

#define XATTR_PREFIX "SCHILY.xattr."

struct record {
    const char *key, *value; /* NUL-terminated copies */
    size_t value_len;
};

static int bad_record(struct error **err, const char *why)
{
    return error_set(err, ERROR_INVALID, 0, "archive: extended header: %s", why);
}

/* One "LENGTH KEY=VALUE\n", whose length counts itself. Returns the bytes it took, or -1. */
static long next_record(struct arena *arena, const char *at, size_t left, struct record *ret_record, struct error **err)
{
    size_t digits = 0, len = 0;
    while (digits < left && digits < 8 && at[digits] >= '0' && at[digits] <= '9')
        len = len * 10 + (size_t)(at[digits++] - '0');
    if (!digits || digits == left || at[digits] != ' ')
        return bad_record(err, "a record does not start with its length");
    if (len > left || len < digits + 4 || at[len - 1] != '\n')
        return bad_record(err, "the length of a record is wrong");
    const char *key = at + digits + 1, *end = at + len - 1;
    const char *equals = memchr(key, '=', (size_t)(end - key));
    if (!equals || equals == key || memchr(key, '\0', (size_t)(equals - key)))
        return bad_record(err, "a record has no key");
    *ret_record = (struct record){
        .key = arena_strndup(arena, key, (size_t)(equals - key)),
        .value = arena_strndup(arena, equals + 1, (size_t)(end - equals - 1)),
        .value_len = (size_t)(end - equals - 1),
    };
    return (long)len;
}

static int parse_integer(const struct record *record, int64_t *ret_value, struct error **err)
{
    int64_t value = str_to_int(record->value);
    if (value < 0 || strlen(record->value) != record->value_len)
        return error_set(err, ERROR_INVALID, 0, "archive: extended header: %s=%s, expected a number", record->key,
                         record->value);
    *ret_value = value;
    return 0;
}

/* "[-]SECONDS[.FRACTION]" */
static int parse_time(const struct record *record, struct timespec *ret_time, struct error **err)
{
    const char *at = record->value;
    bool negative = *at == '-';
    at += negative;
    size_t whole = strspn(at, "0123456789");
    char seconds_text[20];
    if (!whole || whole >= sizeof seconds_text)
        goto wrong;
    memcpy(seconds_text, at, whole);
    seconds_text[whole] = '\0';
    int64_t seconds = str_to_int(seconds_text);
    long nanoseconds = 0;
    at += whole;
    if (*at == '.') {
        long unit = 100000000;
        for (at++; *at >= '0' && *at <= '9'; at++, unit /= 10)
            nanoseconds += (*at - '0') * unit;
    }
    if (seconds < 0 || *at || (size_t)(at - record->value) != record->value_len)
        goto wrong;
    if (negative && nanoseconds)
        *ret_time = (struct timespec){ -seconds - 1, 1000000000 - nanoseconds };
    else
        *ret_time = (struct timespec){ negative ? -seconds : seconds, nanoseconds };
    return 0;
wrong:
    return error_set(err, ERROR_INVALID, 0, "archive: extended header: %s=%s, expected seconds", record->key,
                     record->value);
}

static int add_xattr(struct arena *arena, const struct record *record, struct tar_extended *extended,
                     struct error **err)
{
    const char *name = record->key + strlen(XATTR_PREFIX);
    if (!*name)
        return bad_record(err, "an extended attribute has no name");
    for (size_t i = 0; i < extended->xattr_count; i++)
        if (!strcmp(extended->xattrs[i].name, name))
            return error_set(err, ERROR_INVALID, 0, "archive: extended header: attribute %s given twice", name);
    if (extended->xattr_count == TAR_MAX_XATTRS)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: extended header: more than %d extended attributes",
                         TAR_MAX_XATTRS);
    if (!extended->xattrs)
        extended->xattrs = arena_array(arena, TAR_MAX_XATTRS, sizeof *extended->xattrs);
    extended->xattrs[extended->xattr_count++] = (struct tar_xattr){ name, record->value, record->value_len };
    return 0;
}

static int set_name(const struct record *record, const char **name, struct error **err)
{
    if (strlen(record->value) != record->value_len)
        return error_set(err, ERROR_INVALID, 0, "archive: extended header: %s has a NUL inside", record->key);
    if (record->value_len > TAR_MAX_NAME)
        return error_set(err, ERROR_TOO_LARGE, 0, "archive: extended header: %s has %zu bytes, at most %d are taken",
                         record->key, record->value_len, TAR_MAX_NAME);
    *name = *record->value ? record->value : NULL; /* empty: the plain header's counts */
    return 0;
}

static int apply(struct arena *arena, const struct record *record, struct tar_extended *extended, struct error **err)
{
    if (!strcmp(record->key, "path"))
        return set_name(record, &extended->path, err);
    if (!strcmp(record->key, "linkpath"))
        return set_name(record, &extended->link, err);
    if (str_starts(record->key, XATTR_PREFIX))
        return add_xattr(arena, record, extended, err);
    if (str_starts(record->key, "GNU.sparse."))
        return error_set(err, ERROR_UNSUPPORTED, 0,
                         "archive: sparse files (%s) are not supported: pack without --sparse", record->key);
    if (!record->value_len)
        return 0;
    struct {
        const char *key;
        bool *has;
        int64_t *into;
    } numbers[] = {
        { "size", &extended->has_size, &extended->size },
        { "uid", &extended->has_uid, &extended->uid },
        { "gid", &extended->has_gid, &extended->gid },
    };
    for (size_t i = 0; i < 3; i++)
        if (!strcmp(record->key, numbers[i].key)) {
            *numbers[i].has = true;
            return parse_integer(record, numbers[i].into, err);
        }
    if (!strcmp(record->key, "mtime")) {
        extended->has_mtime = true;
        return parse_time(record, &extended->mtime, err);
    }
    return 0;
}

static bool changes_members(const char *key)
{
    return !strcmp(key, "path") || !strcmp(key, "linkpath") || !strcmp(key, "size") || str_starts(key, "GNU.sparse.");
}

int tar_pax_parse(struct arena *arena, const char *body, size_t len, bool global, struct tar_extended *ret_extended,
                  struct error **err)
{
    while (len) {
        struct record record;
        long taken = next_record(arena, body, len, &record, err);
        if (taken < 0)
            return -1;
        if (global && changes_members(record.key))
            return error_set(err, ERROR_INVALID, 0,
                             "archive: a global extended header sets %s, which readers understand in different ways",
                             record.key);
        if (!global && apply(arena, &record, ret_extended, err) < 0)
            return -1;
        body += taken;
        len -= (size_t)taken;
    }
    return 0;
}
