/* POST /auth */
#include <string.h>

#include "api/call.h"
#include "api/docker/registry.h"
#include "api/docker/system_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/registry.h"
#include "core/registry/settings.h"

/* The host of what clients send: a name, or a URL as Docker Hub's old one. */
static const char *host_of(struct arena *arena, const char *server)
{
    const char *scheme = strstr(server, "://"), *start = scheme ? scheme + 3 : server;
    const char *host = arena_strndup(arena, start, strcspn(start, "/"));
    return !*host || str_ends(host, "docker.io") ? "docker.io" : host;
}

/* Where names of that host are pulled from, without its mirrors. */
static int find_endpoint(struct call *call, const char *host, struct registry_endpoint *ret_endpoint, struct error **err)
{
    struct reference any;
    struct registry_endpoints endpoints;
    if (reference_parse(call->arena, arena_printf(call->arena, "%s/login", host), "docker.io", &any, err) < 0)
        return error_wrap(err, "serveraddress");
    if (strcmp(any.domain, host) != 0)
        return error_set(err, ERROR_INVALID, 0, "serveraddress: \"%s\" is not a registry: expected HOST[:PORT]", host);
    any.tag = "latest";
    if (registry_find_endpoints(call->arena, &any, &endpoints, err) < 0)
        return -1;
    *ret_endpoint = endpoints.items[endpoints.count - 1];
    ret_endpoint->repository = "";
    return 0;
}

static int post_auth(struct call *call, struct error **err)
{
    const struct docker_auth_config *body = call->body;
    const char *host = host_of(call->arena, str_or(body->server_address, ""));
    struct registry_endpoint endpoint;
    if (find_endpoint(call, host, &endpoint, err) < 0)
        return -1;
    const struct registry_auth auth = {
        .username = str_or(body->username, ""),
        .password = str_or(body->password, ""),
        .identity_token = str_or(body->identity_token, ""),
        .registry_token = str_or(body->registry_token, ""),
        .server_address = host,
    };
    const struct registry_options options = { .endpoint = &endpoint, .auth = &auth, .insecure = docker_is_loopback(host) };
    if (registry_login(&options, err) < 0)
        return -1;
    const struct docker_auth_reply done = { .status = "Login Succeeded" };
    return reply(call, 200, docker_auth_reply_schema(), &done, err);
}

const struct route docker_auth[] = {
    {
        ROUTE(POST, "/auth"),
        .id = "SystemAuth",
        .tag = "system",
        .summary = "Ask a registry whether it takes credentials",
        .body_kind = BODY_JSON,
        .body = docker_auth_config_schema,
        .rights = "images:pull",
        .handler = post_auth,
        .responses = {
            { 200, docker_auth_reply_schema, "It does", REPLY_OBJECT, NULL },
            BAD_PARAMETER,
            { 401, NULL, "It does not", REPLY_OBJECT, NULL },
            { 403, NULL, "The registry is blocked in registries.conf", REPLY_OBJECT, NULL },
            { 503, NULL, "It does not answer", REPLY_OBJECT, NULL },
            INTERNAL_ERROR,
        },
    },
    { 0 },
};
