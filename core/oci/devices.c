/* Device nodes and the rules of the device cgroup. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/oci/build.h"

#define DEVICES_MAX 4096 /* nodes in one container: a directory of devices could be anything */

static void add_rule(struct build *build, bool allow, const char *type, const int64_t *major, const int64_t *minor,
                     const char *access)
{
    *LIST_ADD(build->arena, &build->spec.platform.resources->devices) = (struct oci_device_rule){
        .allow = allow, .type = type, .major = (int64_t *)major, .minor = (int64_t *)minor, .access = access,
    };
}

static void add_node(struct build *build, const char *path, const struct stat *st, const char *access)
{
    struct arena *arena = build->arena;
    const char *type = S_ISBLK(st->st_mode) ? "b" : "c";
    *LIST_ADD(arena, &build->spec.platform.devices) = (struct oci_device){
        .path = path,
        .type = type,
        .major = major(st->st_rdev),
        .minor = minor(st->st_rdev),
        .file_mode = number(arena, st->st_mode & 0777),
        .uid = number(arena, st->st_uid),
        .gid = number(arena, st->st_gid),
    };
    if (access)
        add_rule(build, true, type, number(arena, major(st->st_rdev)), number(arena, minor(st->st_rdev)), access);
}

static bool is_device(const struct stat *st)
{
    return S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
}

/* What the runtime makes itself, or what has no meaning in another mount namespace. */
static bool skip_entry(const char *name)
{
    static const char *const skipped[] = { ".",     "..",     "pts",    "shm",  "mqueue",      "fd",     "console",
                                           "ptmx",  "tty",    "null",   "zero", "full",        "random", "urandom",
                                           "stdin", "stdout", "stderr", ".lxc", ".lxd-mounts", ".udev" };
    for (size_t i = 0; i < sizeof skipped / sizeof *skipped; i++)
        if (!strcmp(name, skipped[i]))
            return true;
    return false;
}

/* Every device below a directory; symlinks are not followed. */
static int add_directory(struct build *build, const char *host, const char *path, const char *access,
                         struct error **err)
{
    DIR *dir = opendir(host);
    if (!dir)
        return errno == ENOENT ? 0 : error_set(err, ERROR_INTERNAL, errno, "reading devices in %s", host);
    int rc = 0;
    struct dirent *entry;
    while (!rc && (entry = readdir(dir))) {
        struct stat st;
        if (skip_entry(entry->d_name) || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
            continue;
        if (build->spec.platform.devices.count >= DEVICES_MAX)
            rc = error_set(err, ERROR_INVALID, 0, "devices: more than %d devices below %s", DEVICES_MAX, host);
        else if (S_ISDIR(st.st_mode))
            rc = add_directory(build, arena_printf(build->arena, "%s/%s", host, entry->d_name),
                               arena_printf(build->arena, "%s/%s", path, entry->d_name), access, err);
        else if (is_device(&st))
            add_node(build, arena_printf(build->arena, "%s/%s", path, entry->d_name), &st, access);
    }
    closedir(dir);
    return rc;
}

static int add_asked(struct build *build, const struct container_device *asked, struct error **err)
{
    const char *access = str_empty(asked->access) ? "rwm" : asked->access;
    const char *path = path_clean(build->arena, str_empty(asked->path) ? asked->host_path : asked->path);
    struct stat st;
    if (access[strspn(access, "rwm")] || strlen(access) > 3)
        return error_set(err, ERROR_INVALID, 0,
                         "devices: %s: \"%s\" is not a device mode: expected r, w and m in any mix", asked->host_path,
                         access);
    if (stat(asked->host_path, &st) < 0)
        return error_set(err, ERROR_INVALID, 0,
                         "error gathering device information while adding custom device \"%s\": %s", asked->host_path,
                         strerrordesc_np(errno));
    if (S_ISDIR(st.st_mode))
        return add_directory(build, asked->host_path, path, access, err);
    if (!is_device(&st))
        return error_set(err, ERROR_INVALID, 0,
                         "error gathering device information while adding custom device \"%s\": not a device node",
                         asked->host_path);
    add_node(build, path, &st, access);
    return 0;
}

/* "7", or "*" for any (NULL). */
static int parse_number(struct arena *arena, const char *text, const int64_t **ret_number)
{
    int64_t value = str_to_int(text);
    *ret_number = NULL;
    if (!strcmp(text, "*"))
        return 0;
    if (value < 0 || value > UINT32_MAX)
        return -1;
    *ret_number = number(arena, value);
    return 0;
}

/* "c 1:3 rwm" */
static int add_asked_rule(struct build *build, const char *text, struct error **err)
{
    char type[2], major_text[12], minor_text[12], access[4];
    int end = -1;
    const int64_t *major_number, *minor_number;
    if (sscanf(text, "%1[acb] %11[0-9*]:%11[0-9*] %3[rwm]%n", type, major_text, minor_text, access, &end) != 4 ||
        end < 0 || text[end] || parse_number(build->arena, major_text, &major_number) < 0 ||
        parse_number(build->arena, minor_text, &minor_number) < 0)
        return error_set(err, ERROR_INVALID, 0,
                         "deviceCgroupRules: invalid device cgroup rule format: '%s': expected such as \"c 1:3 rwm\"",
                         text);
    add_rule(build, true, arena_strdup(build->arena, type), major_number, minor_number,
             arena_strdup(build->arena, access));
    return 0;
}

int build_devices(struct build *build, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    add_rule(build, spec->privileged, NULL, NULL, NULL, "rwm");
    if (spec->privileged && add_directory(build, "/dev", "/dev", NULL, err) < 0)
        return -1;
    for (size_t i = 0; i < spec->devices.count; i++)
        if (add_asked(build, &spec->devices.items[i], err) < 0)
            return -1;
    for (size_t i = 0; i < spec->device_cgroup_rules.count; i++)
        if (add_asked_rule(build, spec->device_cgroup_rules.items[i], err) < 0)
            return -1;
    return 0;
}
