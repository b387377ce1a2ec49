/*
 * What netavark leaves of a network that goes.
 *
 * Containers without published ports come and go without netavark looking at the firewall (rules.h), so the rules that
 * the first one made are there when the last one has gone. netavark removes them with a network's last interface: it
 * is given one more, and takes it away with everything.
 */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/address.h"
#include "core/network/document.h"
#include "core/network/namespace.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/network/rules.h"

#define MAX_REQUEST (4u << 20)

/* aardvark-dns need not start for it. */
static const char *without_dns(struct arena *arena, const struct network *network)
{
    autoerror *ignored = NULL; /* it was read before */
    struct network_document *document = schema_decode(arena, network_document_schema(), network->json, strlen(network->json),
                                                      SCHEMA_LIMITS, NULL, &ignored);
    autobuf text = BUF(MAX_REQUEST);
    if (!document)
        return network->json;
    document->dns = false;
    document->dns_servers.count = 0;
    schema_encode(&text, network_document_schema(), document, SCHEMA_NEWEST);
    return arena_strdup(arena, buf_text(&text));
}

/* As for a container whose id is the network's, with the last address of each subnet. Nobody will see it. */
static const char *make_request(struct arena *arena, const struct network *network)
{
    struct netavark_request request = { .container_id = network->id, .container_name = network->name };
    struct netavark_attachment attachment = { .interface_name = "eth0" };
    autobuf text = BUF(MAX_REQUEST);
    for (size_t i = 0; i < network->subnets.count; i++) {
        struct cidr cidr;
        if (cidr_parse(network->subnets.items[i].subnet, &cidr, NULL) == 0)
            str_list_add(arena, &attachment.static_ips,
                         address_print(arena, cidr.family, (cidr.base | cidr.hosts) - (cidr.hosts > 1)));
    }
    request.networks.items = arena_array(arena, 1, sizeof *request.networks.items);
    request.networks.items[0].key = network->name;
    request.networks.items[0].value = attachment;
    request.networks.count = 1;
    str_map_set(arena, &request.network_info, network->name, without_dns(arena, network));
    schema_encode(&text, netavark_request_schema(), &request, SCHEMA_NEWEST);
    return arena_strdup(arena, buf_text(&text));
}

void rules_drop(struct engine *engine, struct arena *arena, const struct network *network)
{
    const char *dir = arena_printf(arena, "%s/netns", engine->run_dir);
    const char *netns = arena_printf(arena, "%s/%s", dir, network->id);
    autoerror *failure = NULL, *again = NULL;
    const char *request = make_request(arena, network);
    if (!rules_suffice(arena, request))
        return; /* it has none, or its last container took them along */
    /* A set-up that fails is a second one after a kill: then there is something to take down all the same. */
    if (path_mkdirs(dir, 0700, &failure) < 0 || namespace_make(netns, -1, &failure) < 0)
        log_warn("network %s: its firewall rules stay: %s", network->name, failure->message);
    else if (netavark_run(engine, arena, "setup", request, netns, &again) < 0)
        log_debug("network %s: %s", network->name, again->message);
    if (!failure && netavark_drop(engine, arena, request, netns, &failure) < 0)
        log_warn("network %s: its firewall rules may stay: %s", network->name, failure->message);
    namespace_remove(netns);
}
