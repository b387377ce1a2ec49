#include "core/volume/options.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"

#define MAX_ID 4294967294 /* 2^32-1 is no one's */
#define NO_QUOTA "quota size requested but no quota support"

struct parse {
    struct arena *arena;
    const char *volume;
    struct local_options *options;
    struct error **err;
};

static int refuse(const struct parse *parse, const char *option, const char *why)
{
    return error_set(parse->err, ERROR_INVALID, 0, "create %s: invalid option: \"%.200s\": %s", parse->volume, option, why);
}

static int take_id(const struct parse *parse, const char *word, bool *ret_has, int64_t *ret_id)
{
    *ret_id = str_to_int(strchr(word, '=') + 1);
    if (*ret_id < 0 || *ret_id > MAX_ID)
        return refuse(parse, word, "expected a number from 0 to 4294967294");
    *ret_has = true;
    return 0;
}

/* A word of "o" that is about our own directory. */
static int take_own(const struct parse *parse, const char *word)
{
    struct local_options *options = parse->options;
    if (str_starts(word, "uid="))
        return take_id(parse, word, &options->has_uid, &options->uid);
    if (str_starts(word, "gid="))
        return take_id(parse, word, &options->has_gid, &options->gid);
    if (str_starts(word, "size=") || str_starts(word, "inodes="))
        return refuse(parse, word, NO_QUOTA);
    if (!strcmp(word, "noquota"))
        return 0;
    return refuse(parse, word, "without \"type\" and \"device\" only uid, gid and noquota are known");
}

/* A word of "o" about what is mounted: the kernel's or mount(8)'s, but for what a bind mount would not hear. */
static int take_bind(const struct parse *parse, const char *word)
{
    static const char *const deaf[] = { "uid=", "gid=", "size=", "inodes=", "mode=" };
    for (size_t i = 0; i < sizeof deaf / sizeof *deaf; i++)
        if (str_starts(word, deaf[i]))
            return refuse(parse, word, "a bind mount has the owner, mode and size of its source");
    return 0;
}

static bool is_propagation(const char *word)
{
    return strstr(word, "shared") || strstr(word, "slave") || strstr(word, "private") || strstr(word, "unbindable");
}

static int take_words(const struct parse *parse, const struct str_list *words)
{
    struct local_options *options = parse->options;
    bool tmpfs = str_eq(options->type, "tmpfs");
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        if (strpbrk(word, "\n\\\""))
            return refuse(parse, word, "quotes, backslashes and line ends are not part of mount options");
        if (is_propagation(word))
            options->slave = false;
        if ((!options->mounts && take_own(parse, word) < 0) || (options->bind && take_bind(parse, word) < 0))
            return -1;
        if (tmpfs && str_starts(word, "uid=") && take_id(parse, word, &options->has_uid, &options->uid) < 0)
            return -1;
        if (tmpfs && str_starts(word, "gid=") && take_id(parse, word, &options->has_gid, &options->gid) < 0)
            return -1;
    }
    return 0;
}

static int check_keys(const struct parse *parse, const struct str_map *map)
{
    for (size_t i = 0; i < map->count; i++) {
        const char *key = map->items[i].key;
        if (!strcmp(key, "size"))
            return refuse(parse, key, NO_QUOTA);
        if (!strcmp(key, "nocopy"))
            parse->options->nocopy = true;
        else if (strcmp(key, "type") && strcmp(key, "device") && strcmp(key, "o") && strcmp(key, "copy"))
            return refuse(parse, key, "expected type, device, o, copy or nocopy");
    }
    return 0;
}

static int missing(const struct parse *parse, const char *option)
{
    return error_set(parse->err, ERROR_INVALID, 0, "create %s: missing required option: \"%s\"", parse->volume, option);
}

/* What is mounted: of file systems that have no device their name stands for it. */
static int take_mount(const struct parse *parse, const struct str_list *words)
{
    struct local_options *options = parse->options;
    bool memory = str_eq(options->type, "tmpfs") || str_eq(options->type, "ramfs");
    bool binds = str_list_has(words, "bind") || str_list_has(words, "rbind");
    options->bind = binds || str_eq(options->type, "bind");
    options->mounts = options->bind || !str_empty(options->type) || !str_empty(options->device);
    options->slave = options->bind;
    if (!options->mounts)
        return 0;
    if (str_empty(options->device) && memory)
        options->device = options->type;
    if (str_empty(options->device))
        return missing(parse, "device");
    if (str_empty(options->type) && !options->bind)
        return missing(parse, "type");
    if (options->bind && *options->device != '/')
        return error_set(parse->err, ERROR_INVALID, 0, "create %s: invalid option: device \"%.200s\": expected an absolute path",
                         parse->volume, options->device);
    if (options->bind && !binds)
        options->data = str_empty(options->data) ? "bind" : arena_printf(parse->arena, "bind,%s", options->data);
    if (options->bind)
        options->type = "none";
    return 0;
}

int local_options_parse(struct arena *arena, const char *volume, const struct str_map *map,
                        struct local_options *ret_options, struct error **err)
{
    *ret_options = (struct local_options){
        .type = str_map_get(map, "type"),
        .device = str_map_get(map, "device"),
        .data = str_or(str_map_get(map, "o"), ""),
    };
    const struct parse parse = { arena, volume, ret_options, err };
    struct str_list words = str_split(arena, ret_options->data, ',');
    if (check_keys(&parse, map) < 0 || take_mount(&parse, &words) < 0)
        return -1;
    return take_words(&parse, &words);
}
