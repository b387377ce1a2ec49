/* Which containers are on a network. */
#include <string.h>

#include "core/base/error.h"
#include "core/base/str.h"
#include "core/engine.h"
#include "core/network/network.h"

/* Containers keep what their creator wrote: name, id or the beginning of it. */
static bool is_meant(const struct engine *engine, const struct network *network, const char *word)
{
    if (!strcmp(word, network->name))
        return true;
    if (!strcmp(word, "bridge") || !strcmp(word, "default"))
        return network_is_default(engine, network);
    return str_is_hex(word) && str_starts(network->id, word);
}

static bool joins(const struct engine *engine, const struct network *network, const struct container *ctr)
{
    const struct container_spec *spec = ctr->spec;
    if (strcmp(str_or(spec->network_mode, "bridge"), "bridge") != 0)
        return false;
    for (size_t i = 0; i < spec->networks.count; i++)
        if (is_meant(engine, network, spec->networks.items[i].name))
            return true;
    return !spec->networks.count && !spec->networks_set && network_is_default(engine, network);
}

static bool is_up(const struct container *ctr)
{
    return ctr->state == CONTAINER_STARTING || container_has_process(ctr);
}

const struct container_address *network_address(const struct network *network, const struct container *ctr)
{
    for (size_t i = 0; ctr->pid && i < ctr->addresses.count; i++)
        if (str_eq(ctr->addresses.items[i].network_id, network->id))
            return &ctr->addresses.items[i];
    return NULL;
}

int network_users(struct engine *engine, const struct network *network, bool running_only, struct container_list *ret_list,
                  struct error **err)
{
    static const struct container_filters all;
    autocontainers list = { 0 };
    if (container_list(engine, &all, true, 0, &list, err) < 0)
        return -1;
    size_t kept = 0;
    for (size_t i = 0; i < list.count; i++) {
        struct container *ctr = list.items[i];
        if (joins(engine, network, ctr) && (!running_only || is_up(ctr)))
            list.items[kept++] = ctr;
        else
            container_unref(ctr);
    }
    list.count = kept;
    *ret_list = list;
    list = (struct container_list){ 0 };
    return 0;
}
