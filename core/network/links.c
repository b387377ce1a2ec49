#include "core/network/links.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/network.h"

#define MAX_FOLLOWED 16 /* containers that share a network one behind the other */

/* "TARGET:ALIAS"; both are there, links_check() saw to it. */
static const char *alias_of(const char *link)
{
    return strchr(link, ':') + 1;
}

static char *target_of(struct arena *arena, const char *link)
{
    return arena_strndup(arena, link, (size_t)(strchr(link, ':') - link));
}

/* ---- before it is made ---- */

/* Who has the network that the target is on. The client that made this one is told of no missing image, as of a 404. */
static struct container *follow(struct engine *engine, const char *target, struct error **err)
{
    struct container *ctr = container_find(engine, target, err);
    for (int i = 0; ctr && i < MAX_FOLLOWED && str_starts(str_or(ctr->spec->network_mode, ""), "container:"); i++) {
        autocontainer *sharing = ctr;
        ctr = container_find(engine, sharing->spec->network_mode + strlen("container:"), err);
    }
    if (ctr)
        return ctr;
    if ((*err)->kind == ERROR_NOT_FOUND)
        (*err)->kind = ERROR_INVALID;
    error_wrap(err, "links: could not get container for %s", target);
    return NULL;
}

static int settle(struct engine *engine, struct arena *arena, const char **link, struct error **err)
{
    autocontainer *target = follow(engine, target_of(arena, *link), err);
    if (!target)
        return -1;
    if (str_eq(target->spec->network_mode, "host"))
        return error_set(err, ERROR_INVALID, 0, "conflicting options: host type networking can't be used with links: %s", target->name);
    *link = arena_printf(arena, "%s:%s", target->id, alias_of(*link));
    return 0;
}

int links_check(struct engine *engine, struct arena *arena, const struct network *network, struct container_network *asked,
                struct error **err)
{
    bool by_id = network_is_default(engine, network);
    asked->links = str_list_copy(arena, &asked->links);
    for (size_t i = 0; i < asked->links.count; i++) {
        const char *link = asked->links.items[i], *colon = strchr(link, ':');
        if (!colon || !network_is_host_name(colon + 1) || !network_is_host_name(target_of(arena, link)))
            return error_set(err, ERROR_INVALID, 0, "invalid config for network %s: bad format for links: %.80s", network->name, link);
        if (by_id && settle(engine, arena, &asked->links.items[i], err) < 0)
            return -1;
    }
    return 0;
}

/* ---- at its start ---- */

static const struct container_address *address_on(const struct container *ctr, const char *network)
{
    for (size_t i = 0; ctr->pid && i < ctr->addresses.count; i++)
        if (!strcmp(ctr->addresses.items[i].network, network))
            return &ctr->addresses.items[i];
    return NULL;
}

static const struct container_network *wish_for(const struct container *ctr, const char *network)
{
    for (size_t i = 0; i < ctr->spec->networks.count; i++)
        if (!strcmp(ctr->spec->networks.items[i].name, network))
            return &ctr->spec->networks.items[i];
    return NULL;
}

static int require(struct engine *engine, struct arena *arena, const struct container *ctr, const char *link, struct error **err)
{
    autoerror *gone = NULL; /* its link went with it */
    autocontainer *target = container_find(engine, target_of(arena, link), &gone);
    if (!target)
        return 0;
    if (!target->pid)
        return error_set_about(err, ERROR_CONFLICT, "container", target->id, "Cannot link to a non running container: /%s AS /%s/%s",
                               target->name, ctr->name, alias_of(link));
    if (!address_on(target, engine->config->default_network))
        return error_set_about(err, ERROR_CONFLICT, "container", target->id, "Cannot link to /%s, as it does not belong to the default network",
                               target->name);
    return 0;
}

int links_require(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    const struct container_network *asked = wish_for(ctr, engine->config->default_network);
    for (size_t i = 0; asked && i < asked->links.count; i++)
        if (require(engine, arena, ctr, asked->links.items[i], err) < 0)
            return -1;
    return 0;
}

/* ---- while it runs ---- */

static bool is_called(const struct container *ctr, const struct container_address *address, const char *name)
{
    return !strcmp(ctr->name, name) || !strcmp(ctr->id, name) || str_list_has(&address->aliases, name);
}

/* Of the default network, where nothing else makes them known, the target's own names too. */
static void put_line(struct buf *out, const char *ip, const char *alias, const struct container *target, bool by_id)
{
    if (str_empty(ip))
        return;
    buf_printf(out, "%s\t%s", ip, alias);
    if (by_id && !str_empty(target->spec->hostname))
        buf_printf(out, " %s", target->spec->hostname);
    else if (by_id)
        buf_printf(out, " %.12s", target->id);
    if (by_id && strcmp(alias, target->name))
        buf_printf(out, " %s", target->name);
    buf_putc(out, '\n');
}

int links_put_hosts(struct engine *engine, const struct container *ctr, const struct container_address *address, struct buf *out,
                    struct error **err)
{
    autoarena *arena = arena_new();
    autocontainers running = { 0 };
    const struct container_network *asked = wish_for(ctr, address->network);
    if (!asked || !asked->links.count)
        return 0;
    if (container_list_running(engine, &running, err) < 0)
        return -1;
    bool by_id = !strcmp(address->network, engine->config->default_network);
    for (size_t i = 0; i < asked->links.count; i++) {
        const char *link = asked->links.items[i], *target = target_of(arena, link);
        for (size_t j = 0; j < running.count; j++) {
            const struct container_address *there = address_on(running.items[j], address->network);
            if (!there || str_eq(there->step, "joining") || str_eq(there->step, "leaving") || !is_called(running.items[j], there, target))
                continue;
            put_line(out, there->ip, alias_of(link), running.items[j], by_id);
            put_line(out, there->ip6, alias_of(link), running.items[j], by_id);
        }
    }
    return 0;
}
