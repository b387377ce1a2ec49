#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/network/default.h"
#include "core/network/document.h"
#include "core/network/events.h"
#include "core/network/neighbours.h"
#include "core/network/network.h"
#include "core/network/settings.h"
#include "core/network/taken.h"

/* Words that containers say instead of a network's name. */
static int check_name(const char *name, struct error **err)
{
    static const char *const modes[] = { "bridge", "container", "default", "host", "none", "ns", "pasta", "private", "slirp4netns" };
    if (str_check_name(name, "network name", err) < 0)
        return -1;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (!strcmp(name, modes[i]))
            return error_set(err, ERROR_INVALID, 0, "cannot create network with name \"%s\" because it conflicts with a valid network mode", name);
    return 0;
}

/* With the folder's lock held. */
static struct network *make(struct engine *engine, struct arena *arena, const struct network_settings *settings, struct error **err)
{
    char id[ID_HEX_SIZE];
    struct taken taken;
    struct network *network = arena_zalloc(arena, sizeof *network);
    taken_list(engine, arena, &taken);
    if (settings_complete(engine, arena, settings, &taken, network, err) < 0)
        return NULL;
    id_random(id);
    network->id = arena_strdup(arena, id);
    network->created_unix_ns = clock_now();
    network->name = !str_empty(settings->name) ? settings->name : str_or(network->interface, taken_free_bridge(arena, &taken));
    if (path_exists(network_document_path(engine, arena, network->name))) {
        error_set_about(err, ERROR_CONFLICT, "network", network->name, "network with name %s already exists", network->name);
        return NULL;
    }
    if (network_document_write(engine, arena, network, err) < 0)
        return NULL;
    return network_event(engine, network, "create", err) < 0 ? NULL : network_find(engine, arena, network->name, err);
}

struct network *network_create(struct engine *engine, struct arena *arena, const struct network_settings *settings,
                               struct error **err)
{
    struct network *networks; /* the default one is made when it is first looked for: it is there before any other */
    size_t count;
    bool named = !str_empty(settings->name);
    if ((named && check_name(settings->name, err) < 0) || network_list(engine, arena, &networks, &count, err) < 0)
        return NULL;
    autofd machine = neighbours_lock(engine, arena, err);
    autofd lock = machine < 0 ? -1 : lock_file(arena_printf(arena, "%s/.lock", network_dir(engine, arena)), true, err);
    if (lock < 0)
        return NULL;
    if (named && path_exists(network_document_path(engine, arena, settings->name))) {
        if (settings->ignore)
            return network_find(engine, arena, settings->name, err);
        error_set_about(err, ERROR_CONFLICT, "network", settings->name, "network with name %s already exists", settings->name);
        return NULL;
    }
    return make(engine, arena, settings, err);
}
