#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"
#include "core/registry/refusal.h"
#include "core/registry/registry.h"
#include "core/registry/token.h"

static int show_credentials(struct registry_link *link, struct error **err)
{
    autoarena *arena = arena_new();
    const struct registry *registry = link->registry;
    struct exchange_answer answer;
    char *authorization;
    if (token_get(link, NULL, &authorization, err) < 0)
        return -1;
    const struct exchange_request request = {
        .url = arena_printf(arena, "%s://%s/v2/", registry->scheme, registry->endpoint->host),
        .authorization = authorization,
        .certs = &registry->certs,
        .unverified = registry->unverified,
    };
    int result = exchange_begin(link->exchange, arena, &request, &answer, err);
    free(authorization);
    if (result == 0 && answer.status != 200)
        result = refusal_read(link->exchange, &answer, err);
    return result < 0 ? error_wrap(err, "%s", registry->endpoint->host) : 0;
}

int registry_login(const struct registry_options *options, struct error **err)
{
    struct registry *registry = registry_open(options, err);
    if (!registry)
        return -1;
    struct registry_link *link = registry_link_open(registry, err);
    int result = link ? show_credentials(link, err) : -1;
    registry_link_close(link);
    registry_close(registry);
    return result;
}
