#pragma once
/* Options of the local driver. Private to core/volume. */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct error;
struct str_map;

struct local_options {
    bool mounts;              /* its content is elsewhere, and mounted while it is in use */
    bool bind, slave;         /* … and is a directory of the host; whose later mounts show, but not the reverse */
    bool nocopy;              /* the image's content is not copied in */
    bool has_uid, has_gid;    /* the directory's owner; when it mounts, the mounted file system's business */
    int64_t uid, gid;
    const char *type, *device, *data; /* for mount(8); data "" when there are no options */
};

/* @volume: for the words of errors. ERROR_INVALID names the option, its value and what was expected. */
int local_options_parse(struct arena *arena, const char *volume, const struct str_map *options,
                        struct local_options *ret_options, struct error **err);
