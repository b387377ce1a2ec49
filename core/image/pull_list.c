#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/registry.h"
#include "core/registry/settings.h"

static int list_tags(struct registry *registry, struct arena *arena, struct str_list *ret_tags, struct error **err)
{
    struct registry_link *link = registry_link_open(registry, err);
    if (!link)
        return -1;
    int result = registry_list_tags(link, arena, ret_tags, err);
    registry_link_close(link);
    return result;
}

int image_pull_list(struct arena *arena, const struct pull_options *options, struct str_list *ret_names,
                    struct error **err)
{
    struct reference reference;
    struct registry_endpoints endpoints;
    struct str_list tags;
    if (reference_parse(arena, options->reference, "docker.io", &reference, err) < 0 ||
        registry_check_policy(arena, &reference, err) < 0 ||
        registry_find_endpoints(arena, &reference, &endpoints, err) < 0)
        return -1;
    const struct registry_endpoint *endpoint = &endpoints.items[endpoints.count - 1];
    struct registry_auth auth = { 0 };
    /* what the client sent is for the registry it named, wherever registries.conf puts that */
    if (options->auth && (options->auth->places.count || str_eq(endpoint->auth_host, reference.domain)))
        auth = registry_pick_auth(arena, options->auth, endpoint->auth_host, endpoint->repository);
    const struct registry_options how = {
        .endpoint = endpoint,
        .auth = registry_auth_given(&auth) ? &auth : NULL,
        .insecure = options->tls_verify && !*options->tls_verify,
        .verify = options->tls_verify && *options->tls_verify,
    };
    struct registry *registry = registry_open(&how, err);
    if (!registry)
        return -1;
    int result = list_tags(registry, arena, &tags, err);
    registry_close(registry);
    struct str_list names = { 0 };
    for (size_t i = 0; result == 0 && i < tags.count; i++) {
        reference.tag = tags.items[i];
        str_list_add(arena, &names, reference_text(arena, &reference));
    }
    *ret_names = names;
    return result;
}
