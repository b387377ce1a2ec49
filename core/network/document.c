#include "core/network/document.h"

#include <string.h>

#include "core/schema/define.h"
#include "core/network/document.def"
#include "core/schema/done.h"

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/network/default.h"
#include "core/network/network.h"

#define MAX_DOCUMENT (1u << 20)

const char *network_document_path(struct engine *engine, struct arena *arena, const char *name)
{
    return arena_printf(arena, "%s/%s.json", network_dir(engine, arena), name);
}

static const struct network_reserved *reserved_in(const struct network_document *document, const char *subnet)
{
    for (size_t i = 0; document->extras && i < document->extras->reserved.count; i++)
        if (!strcmp(document->extras->reserved.items[i].subnet, subnet))
            return &document->extras->reserved.items[i];
    return NULL;
}

static void read_subnets(struct arena *arena, const struct network_document *document, struct network *network)
{
    network->subnets.items = arena_array(arena, document->subnets.count, sizeof *network->subnets.items);
    for (size_t i = 0; i < document->subnets.count; i++) {
        const struct network_subnet_row *from = &document->subnets.items[i];
        const struct network_reserved *reserved = reserved_in(document, from->subnet);
        network->subnets.items[network->subnets.count++] = (struct network_subnet){
            .subnet = from->subnet,
            .gateway = str_or(from->gateway, ""),
            .lease_start = from->lease_range ? str_or(from->lease_range->start, "") : "",
            .lease_end = from->lease_range ? str_or(from->lease_range->end, "") : "",
            .range = reserved ? str_or(reserved->range, "") : "",
            .auxiliary = reserved ? reserved->auxiliary : (struct str_map){ 0 },
        };
    }
}

static void read_routes(struct arena *arena, const struct network_document *document, struct network *network)
{
    network->routes.items = arena_array(arena, document->routes.count, sizeof *network->routes.items);
    for (size_t i = 0; i < document->routes.count; i++) {
        const struct network_route_row *from = &document->routes.items[i];
        network->routes.items[network->routes.count++] = (struct network_route){ from->destination, from->gateway, from->metric };
    }
}

/* netavark is told what is its own and no more. */
static const char *without_extras(struct arena *arena, const struct network_document *document)
{
    struct network_document plain = *document;
    autobuf text = BUF(MAX_DOCUMENT);
    plain.extras = NULL;
    schema_encode(&text, network_document_schema(), &plain, SCHEMA_NEWEST);
    return arena_strdup(arena, buf_text(&text));
}

int network_document_read(struct arena *arena, const char *text, struct network *ret_network, struct error **err)
{
    const struct network_document *document =
        schema_decode(arena, network_document_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, err);
    if (!document)
        return -1;
    *ret_network = (struct network){
        .name = document->name,
        .id = document->id,
        .driver = document->driver,
        .interface = str_or(document->interface, ""),
        .created_unix_ns = document->created,
        .ipv6 = document->ipv6,
        .internal = document->internal,
        .dns = document->dns,
        .dns_servers = document->dns_servers,
        .labels = document->labels,
        .options = document->options,
        .ipam_options = document->ipam_options,
        .json = document->extras ? without_extras(arena, document) : arena_strdup(arena, text),
    };
    read_subnets(arena, document, ret_network);
    read_routes(arena, document, ret_network);
    if (document->extras) {
        ret_network->attachable = document->extras->attachable;
        ret_network->docker_options = document->extras->options;
        ret_network->docker_ipam_options = document->extras->ipam_options;
    }
    return 0;
}

static void write_subnets(struct arena *arena, const struct network *network, struct network_document *document,
                          struct network_extras *extras)
{
    size_t count = network->subnets.count;
    document->subnets.items = arena_array(arena, count, sizeof *document->subnets.items);
    extras->reserved.items = arena_array(arena, count, sizeof *extras->reserved.items);
    for (size_t i = 0; i < count; i++) {
        const struct network_subnet *from = &network->subnets.items[i];
        struct network_subnet_row *row = &document->subnets.items[document->subnets.count++];
        *row = (struct network_subnet_row){ .subnet = from->subnet, .gateway = from->gateway };
        if (!str_empty(from->lease_start) || !str_empty(from->lease_end)) {
            row->lease_range = arena_zalloc(arena, sizeof *row->lease_range);
            *row->lease_range = (struct network_lease_range){ from->lease_start, from->lease_end };
        }
        if (!str_empty(from->range) || from->auxiliary.count)
            extras->reserved.items[extras->reserved.count++] =
                (struct network_reserved){ from->subnet, from->range, from->auxiliary };
    }
}

static void write_routes(struct arena *arena, const struct network *network, struct network_document *document)
{
    document->routes.items = arena_array(arena, network->routes.count, sizeof *document->routes.items);
    for (size_t i = 0; i < network->routes.count; i++) {
        const struct network_route *from = &network->routes.items[i];
        struct network_route_row *row = &document->routes.items[document->routes.count++];
        *row = (struct network_route_row){ .destination = from->destination, .gateway = from->gateway };
        if (from->metric) {
            row->metric = arena_zalloc(arena, sizeof *row->metric);
            *row->metric = *from->metric;
        }
    }
}

int network_document_write(struct engine *engine, struct arena *arena, const struct network *network, struct error **err)
{
    struct network_extras extras = {
        .attachable = network->attachable,
        .options = network->docker_options,
        .ipam_options = network->docker_ipam_options,
    };
    struct network_document document = {
        .name = network->name,
        .id = network->id,
        .driver = network->driver,
        .interface = network->interface,
        .created = network->created_unix_ns,
        .ipv6 = network->ipv6,
        .internal = network->internal,
        .dns = network->dns,
        .dns_servers = network->dns_servers,
        .labels = network->labels,
        .options = network->options,
        .ipam_options = network->ipam_options,
    };
    write_subnets(arena, network, &document, &extras);
    write_routes(arena, network, &document);
    if (extras.attachable || extras.options.count || extras.ipam_options.count || extras.reserved.count)
        document.extras = &extras;
    autobuf text = BUF(MAX_DOCUMENT);
    schema_encode(&text, network_document_schema(), &document, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "a network's labels and options are more than %u bytes", MAX_DOCUMENT);
    return path_write_atomic(network_document_path(engine, arena, network->name), text.data, text.len, 0644, true, err);
}
