#include "core/container/userns_auto.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define OWNER "containers"
#define SIZE_MIN 1024
#define SIZE_MAX_DEFAULT 65536 /* of what is not asked for */
#define SUBIDS_MAX_BYTES (1u << 20)
#define ID_END 4294967295LL

struct used {
    struct container_id_map *items;
    size_t count;
};

/* Where a range from @at on would have to begin behind what it meets; @at itself when it meets nothing. */
static int64_t behind_used(const struct container_id_map *used, size_t count, int64_t at, int64_t size)
{
    for (size_t i = 0; i < count; i++)
        if (at < used[i].host + used[i].size && used[i].host < at + size)
            return used[i].host + used[i].size;
    return at;
}

static int64_t room_in(int64_t first, int64_t end, const struct container_id_map *used, size_t count, int64_t size)
{
    for (int64_t at = first, next;; at = next) {
        if (at > end - size)
            return -1;
        next = behind_used(used, count, at, size);
        if (next == at)
            return at;
    }
}

long long userns_free_range(const char *subids, const struct container_id_map *used, unsigned long used_count, long long size)
{
    long long best = -2;
    for (const char *line = subids; *line; line += strcspn(line, "\n"), line += *line == '\n') {
        char *end;
        if (strncmp(line, OWNER ":", strlen(OWNER ":")))
            continue;
        long long first = strtoll(line + strlen(OWNER ":"), &end, 10), count = *end == ':' ? strtoll(end + 1, NULL, 10) : 0;
        if (first < 1 || count < 1 || first > ID_END - count)
            continue;
        long long room = room_in(first, first + count, used, used_count, size);
        if (best < 0 || (room >= 0 && room < best))
            best = room >= 0 ? room : best < 0 ? -1 : best;
    }
    return best;
}

static void add_used(struct arena *arena, struct used *used, const struct container_id_map *maps, size_t count)
{
    struct container_id_map *grown = arena_array(arena, used->count + count + 1, sizeof *grown);
    if (used->count)
        memcpy(grown, used->items, used->count * sizeof *grown);
    if (count)
        memcpy(grown + used->count, maps, count * sizeof *grown);
    used->items = grown;
    used->count += count;
}

static int list_used(struct engine *engine, struct arena *arena, struct used *uids, struct used *gids, struct error **err)
{
    static const struct container_filters every;
    autocontainers list = { 0 };
    if (container_list(engine, &every, true, 0, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++) {
        const struct container_spec *spec = list.items[i]->spec;
        add_used(arena, uids, spec->uid_maps.items, spec->uid_maps.count);
        add_used(arena, gids, spec->gid_maps.items, spec->gid_maps.count);
    }
    return 0;
}

/* Room for all whom the image knows. */
static int64_t size_for(struct engine *engine, struct arena *arena, const struct container_spec *spec, const struct image *image)
{
    autoerror *ignored = NULL;
    autofd root = str_empty(image->top_layer) ? -1 : store_open_layers(engine->store, image->top_layer, &ignored);
    int64_t highest = root < 0 ? 0 : oci_highest_id(arena, root), user = str_to_int(str_or(spec->user, image->user ? image->user : ""));
    int64_t size = (user > highest ? user : highest) + 1;
    return size < SIZE_MIN ? SIZE_MIN : size > SIZE_MAX_DEFAULT ? SIZE_MAX_DEFAULT : size;
}

static int choose(struct arena *arena, const char *path, const char *field, int64_t size, const struct used *used, struct container_id_map **ret_map,
                  struct error **err)
{
    autoerror *missing = NULL;
    char *text = path_read(path, SUBIDS_MAX_BYTES, NULL, &missing);
    long long first = userns_free_range(text ? text : "", used->items, used->count, size);
    free(text);
    if (first == -2)
        return error_set(err, ERROR_INVALID, 0, "%s: auto: %s gives the user \"" OWNER "\" no ids, expected a line such as " OWNER ":2147483647:2147483648",
                         field, path);
    if (first < 0)
        return error_set(err, ERROR_CONFLICT, 0, "%s: auto: no %lld ids of the user \"" OWNER "\" in %s are free in a row", field, (long long)size, path);
    *ret_map = arena_zalloc(arena, sizeof **ret_map);
    **ret_map = (struct container_id_map){ .container = 0, .host = first, .size = size };
    return 0;
}

int userns_choose(struct engine *engine, struct arena *arena, struct container_spec *spec, const struct image *image, struct error **err)
{
    struct used uids = { 0 }, gids = { 0 };
    int64_t size = spec->userns_auto_size ? spec->userns_auto_size : size_for(engine, arena, spec, image);
    if (size < 1 || size >= ID_END)
        return error_set(err, ERROR_INVALID, 0, "userns: auto: size %lld is not valid: expected 1 to 4294967294", (long long)size);
    autofd lock = path_mkdirs(engine->run_dir, 0700, err) < 0 ? -1 : lock_file(arena_printf(arena, "%s/userns-auto.lock", engine->run_dir), true, err);
    if (lock < 0 || list_used(engine, arena, &uids, &gids, err) < 0 ||
        choose(arena, "/etc/subuid", "userns", size, &uids, &spec->uid_maps.items, err) < 0 ||
        choose(arena, "/etc/subgid", "userns", size, &gids, &spec->gid_maps.items, err) < 0)
        return -1;
    spec->uid_maps.count = spec->gid_maps.count = 1;
    return fd_take(&lock);
}
