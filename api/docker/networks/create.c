/* POST /networks/create */
#include <string.h>

#include "api/call.h"
#include "api/docker/networks/settings.h"
#include "api/docker/networks_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/network/network.h"

/* dockerd answers 403 when somebody else has the subnet or the bridge; its words come first, as clients look for them. */
static int create_failed(struct error **err)
{
    struct error *why = *err;
    bool subnet = str_eq(why->noun, "subnet"), interface = str_eq(why->noun, "interface");
    if (why->kind != ERROR_CONFLICT || (!subnet && !interface))
        return -1;
    why->kind = ERROR_FORBIDDEN;
    return error_wrap(err, subnet ? "Pool overlaps with other one on this address space" : "networks have same bridge name");
}

static int post_create(struct call *call, struct error **err)
{
    const struct docker_network_create *body = call->body;
    struct network_settings settings;
    if (docker_network_settings(call->arena, body, &settings, err) < 0)
        return -1;
    const struct network *network = network_create(call->engine, call->arena, &settings, err);
    if (!network)
        return create_failed(err);
    const struct docker_network_created created = { .id = network->id };
    return reply(call, 201, docker_network_created_schema(), &created, err);
}

const struct route docker_networks_create[] = {
    {
        ROUTE(POST, "/networks/create"),
        .id = "NetworkCreate",
        .tag = "networks",
        .summary = "Make a network",
        .body_kind = BODY_JSON,
        .body = docker_network_create_schema,
        .rights = "networks:write",
        .handler = post_create,
        .responses = {
            { 201, docker_network_created_schema, "The network", REPLY_OBJECT, NULL },
            { 403, NULL, "The name is bridge, host or none, or somebody else has the subnet", REPLY_OBJECT, NULL },
            { 404, NULL, "No such driver", REPLY_OBJECT, NULL },
            BAD_PARAMETER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
