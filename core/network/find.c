/* Networks by name or id, from their files; the default one is made when it is first looked for. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/default.h"
#include "core/network/document.h"
#include "core/network/network.h"

#define MAX_FILE_BYTES (1u << 20)

const char *network_dir(struct engine *engine, struct arena *arena)
{
    const char *configured = engine->config->network_config_dir;
    return str_empty(configured) ? arena_printf(arena, "%s/networks", engine->state_dir) : configured;
}

/* 1 read, 0 not there, -1 with *err */
static int read_file(struct engine *engine, struct arena *arena, const char *name, struct network *ret_network, struct error **err)
{
    const char *path = arena_printf(arena, "%s/%s.json", network_dir(engine, arena), name);
    autofree char *text = path_read(path, MAX_FILE_BYTES, NULL, err);
    if (!text) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        return 0;
    }
    if (network_document_read(arena, text, ret_network, err) < 0)
        return error_wrap(err, "%s", path);
    if (strcmp(ret_network->name, name))
        return error_set(err, ERROR_INVALID, 0, "%s: the name inside is \"%s\"", path, ret_network->name);
    return 1;
}

static int find_default(struct engine *engine, struct arena *arena, struct network *ret_network, struct error **err)
{
    const char *name = engine->config->default_network;
    int rc = read_file(engine, arena, name, ret_network, err);
    if (rc == 0) {
        if (network_make_default(engine, arena, name, err) < 0)
            return -1;
        rc = read_file(engine, arena, name, ret_network, err);
    }
    return rc == 0 ? error_set_about(err, ERROR_NOT_FOUND, "network", name, "network %s not found", name) : rc < 0 ? -1 : 0;
}

static bool is_default(const struct engine *engine, const char *key)
{
    return !strcmp(key, "bridge") || !strcmp(key, "default") || !strcmp(key, engine->config->default_network);
}

bool network_is_default(const struct engine *engine, const struct network *network)
{
    return !strcmp(network->name, engine->config->default_network);
}

static int is_json(const struct dirent *entry)
{
    return str_ends(entry->d_name, ".json") && entry->d_name[0] != '.';
}

int network_list(struct engine *engine, struct arena *arena, struct network **ret_networks, size_t *ret_count, struct error **err)
{
    struct network first;
    struct dirent **entries;
    if (find_default(engine, arena, &first, err) < 0)
        return -1;
    int count = scandir(network_dir(engine, arena), &entries, is_json, alphasort);
    struct network *networks = arena_array(arena, (size_t)(count > 0 ? count : 0) + 1, sizeof *networks);
    size_t kept = 1;
    networks[0] = first;
    for (int i = 0; i < count; i++) {
        autoerror *broken = NULL;
        char *name = arena_strndup(arena, entries[i]->d_name, strlen(entries[i]->d_name) - strlen(".json"));
        free(entries[i]);
        if (!strcmp(name, first.name))
            continue;
        int rc = read_file(engine, arena, name, &networks[kept], &broken);
        if (rc > 0)
            kept++;
        else if (rc < 0)
            log_warn("skipping a network: %s", broken->message);
    }
    if (count >= 0)
        free(entries);
    *ret_networks = networks;
    *ret_count = kept;
    return 0;
}

static struct network *find_by_id(struct engine *engine, struct arena *arena, const char *key, struct error **err)
{
    struct network *networks, *found = NULL;
    size_t count;
    if (network_list(engine, arena, &networks, &count, err) < 0)
        return NULL;
    for (size_t i = 0; str_is_hex(key) && i < count; i++) {
        if (!str_starts(networks[i].id, key))
            continue;
        if (found) {
            error_set_about(err, ERROR_CONFLICT, "network", key, "more than one network has an id that begins with %s", key);
            return NULL;
        }
        found = &networks[i];
    }
    if (!found)
        error_set_about(err, ERROR_NOT_FOUND, "network", key, "network %s not found", key);
    return found;
}

struct network *network_find(struct engine *engine, struct arena *arena, const char *key, struct error **err)
{
    struct network *network = arena_zalloc(arena, sizeof *network);
    if (is_default(engine, key))
        return find_default(engine, arena, network, err) < 0 ? NULL : network;
    if (str_check_name(key, "network", err) < 0)
        return NULL;
    int rc = read_file(engine, arena, key, network, err);
    if (rc != 0)
        return rc > 0 ? network : NULL;
    return find_by_id(engine, arena, key, err);
}
