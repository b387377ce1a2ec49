#include "core/oci/user.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/oci/list.h"
#include "core/oci/oci.h"

#define DATABASE_MAX (8u << 20) /* bytes of passwd or group: directories joined to a domain are large */
#define ID_MAX 4294967294

/* The image may have made it a fifo or a device: only regular files count, and opening never blocks. */
static int read_database(struct arena *arena, int root, const char *path, char **ret_text, struct error **err)
{
    *ret_text = NULL;
    autofd fd = path_open_in(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return 0;
    if (fd < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s of the image", path);
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return 0;
    autobuf text = BUF(DATABASE_MAX);
    if (fd_read_all(fd, &text, path, err) < 0)
        return -1;
    *ret_text = arena_strndup(arena, buf_text(&text), text.len);
    return 0;
}

/* The next line cut at its colons into at most @max fields; fewer than @least are skipped. 0 at the end. */
static size_t next_entry(char **at, char **fields, size_t max, size_t least)
{
    char *line;
    while ((line = strsep(at, "\n"))) {
        size_t count = 0;
        if (*line == '#')
            continue;
        while (count < max && (fields[count] = strsep(&line, ":")))
            count++;
        if (count >= least && *fields[0])
            return count;
    }
    return 0;
}

static int64_t id_of(const char *text)
{
    int64_t id = str_to_int(text);
    return id > ID_MAX ? -1 : id;
}

/* By name, or by number; a name wins over a number that looks like it (runc and Docker). */
static bool find_user(char *passwd, const char *wanted, struct user *user, const char **ret_name)
{
    int64_t number = id_of(wanted);
    bool found = false;
    char *fields[7];
    for (size_t count; (count = next_entry(&passwd, fields, 7, 4));) {
        int64_t uid = id_of(fields[2]), gid = id_of(fields[3]);
        bool by_name = !strcmp(fields[0], wanted);
        if (uid < 0 || gid < 0 || (!by_name && (number < 0 || uid != number || found)))
            continue;
        *ret_name = fields[0];
        user->uid = uid;
        user->gid = gid;
        user->home = count > 5 && *fields[5] ? fields[5] : "/";
        found = true;
        if (by_name)
            return true;
    }
    return found;
}

static int64_t find_group(char *groups, const char *wanted)
{
    int64_t number = id_of(wanted), found = -1;
    char *fields[4];
    while (next_entry(&groups, fields, 4, 3)) {
        int64_t gid = id_of(fields[2]);
        if (gid >= 0 && !strcmp(fields[0], wanted))
            return gid;
        if (gid >= 0 && gid == number && found < 0)
            found = gid;
    }
    return found >= 0 ? found : number;
}

static void add_group(struct arena *arena, struct user *user, int64_t gid)
{
    for (size_t i = 0; i < user->groups.count; i++)
        if (user->groups.items[i] == gid)
            return;
    *LIST_ADD(arena, &user->groups) = gid;
}

/* Groups that list the user as a member. */
static void add_memberships(struct arena *arena, char *groups, const char *name, struct user *user)
{
    char *fields[4];
    for (size_t count; (count = next_entry(&groups, fields, 4, 3));) {
        int64_t gid = id_of(fields[2]);
        if (count < 4 || gid < 0 || gid == user->gid)
            continue;
        char *members = fields[3], *member;
        while ((member = strsep(&members, ",")))
            if (!strcmp(member, name))
                add_group(arena, user, gid);
    }
}

static int64_t highest_in(struct arena *arena, int root, const char *path)
{
    autoerror *ignored = NULL;
    char *text, *fields[3];
    int64_t highest = 0;
    if (read_database(arena, root, path, &text, &ignored) < 0)
        return 0;
    while (text && next_entry(&text, fields, 3, 3)) {
        bool nobody = !strcmp(fields[0], "nobody") || !strcmp(fields[0], "nogroup");
        int64_t id = id_of(fields[2]);
        highest = !nobody && id > highest ? id : highest;
    }
    return highest;
}

int64_t oci_highest_id(struct arena *arena, int root)
{
    int64_t user = highest_in(arena, root, "/etc/passwd"), group = highest_in(arena, root, "/etc/group");
    return user > group ? user : group;
}

const char *oci_id_name(struct arena *arena, int root, bool is_user, int64_t id)
{
    autoerror *ignored = NULL;
    char *text, *fields[3];
    if (read_database(arena, root, is_user ? "/etc/passwd" : "/etc/group", &text, &ignored) == 0)
        while (text && next_entry(&text, fields, 3, 3))
            if (id_of(fields[2]) == id)
                return fields[0];
    return arena_printf(arena, "%lld", (long long)id);
}

static int no_such(const char *kind, const char *name, const char *file, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "unable to find %s %s: no matching entries in %s file", kind, name, file);
}

int user_check(const char *text, struct error **err)
{
    const char *colon = strchr(text, ':');
    bool bad = strpbrk(text, " \t\r\n/") || (colon && strchr(colon + 1, ':')) || (colon && !colon[1]);
    if (bad)
        return error_set(err, ERROR_INVALID, 0, "user: \"%s\" is not valid: expected user[:group], names or numbers",
                         text);
    if (str_to_int(text) > ID_MAX || (*text && text[strspn(text, "0123456789")] == '\0' && id_of(text) < 0))
        return error_set(err, ERROR_INVALID, 0, "user: %s is out of range: expected 0 to 4294967294", text);
    return 0;
}

static int find_primary_group(struct arena *arena, const char *groups, const char *wanted, struct user *user,
                              struct error **err)
{
    int64_t gid = find_group(arena_strdup(arena, groups), wanted);
    if (gid < 0)
        return no_such("group", wanted, "group", err);
    user->gid = gid;
    return 0;
}

int user_find(struct arena *arena, int root, const char *text, const struct str_list *groups, struct user *ret_user,
              struct error **err)
{
    if (user_check(text, err) < 0)
        return -1;
    const char *colon = strchrnul(text, ':'), *name = NULL;
    const char *wanted = colon == text ? "0" : arena_strndup(arena, text, (size_t)(colon - text));
    char *passwd, *group_text;
    if (read_database(arena, root, "/etc/passwd", &passwd, err) < 0 ||
        read_database(arena, root, "/etc/group", &group_text, err) < 0)
        return -1;
    const char *group_file = group_text ? group_text : "";

    struct user user = { .home = "/" };
    if (!(passwd && find_user(passwd, wanted, &user, &name))) {
        if (id_of(wanted) < 0 && strcmp(wanted, "root"))
            return no_such("user", wanted, "passwd", err);
        user.uid = id_of(wanted) < 0 ? 0 : id_of(wanted);
    }
    if (*colon) {
        if (find_primary_group(arena, group_file, colon + 1, &user, err) < 0)
            return -1;
    } else if (name) {
        add_memberships(arena, arena_strdup(arena, group_file), name, &user);
    }
    for (size_t i = 0; groups && i < groups->count; i++) {
        int64_t gid = find_group(arena_strdup(arena, group_file), groups->items[i]);
        if (gid < 0)
            return no_such("group", groups->items[i], "group", err);
        add_group(arena, &user, gid);
    }
    *ret_user = user;
    return 0;
}
