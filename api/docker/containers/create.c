/* POST /containers/create */
#include <string.h>

#include "api/call.h"
#include "api/docker/containers/spec.h"
#include "api/docker/containers_tables.h"
#include "api/docker/images/names.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/image/image.h"

#define CREATE_PARAMS(P)                                                                                \
    P(QUERY, STR, name, "name", NULL, "Name of the container; absent: the engine chooses")              \
    P(QUERY, STR, platform, "platform", NULL, "os[/arch[/variant]] the image has to be of")
PARAMS(create_params, CREATE_PARAMS)

/* 404 is for the image alone: clients answer it by pulling. */
static int create_failed(struct call *call, const char *image, struct error **err)
{
    struct error *why = *err;
    if (why->kind == ERROR_NOT_FOUND && (str_eq(why->noun, "image") || str_eq(why->noun, "volume driver")))
        return docker_image_error(call, image, err);
    if (why->kind == ERROR_NOT_FOUND || why->kind == ERROR_UNSUPPORTED)
        why->kind = ERROR_INVALID;
    return -1;
}

static int check_platform(struct call *call, const char *name, const char *platform, struct error **err)
{
    if (str_empty(platform))
        return 0;
    const struct image *image = image_find(call->engine, call->arena, name, true, err);
    if (!image)
        return -1;
    struct str_list parts = str_split(call->arena, platform, '/');
    if (parts.count < 1 || parts.count > 3)
        return error_set(err, ERROR_INVALID, 0, "platform: \"%.80s\" is not os[/arch[/variant]]", platform);
    return image_check_platform(image, name, parts.items[0], parts.count > 1 ? parts.items[1] : NULL,
                                parts.count > 2 ? parts.items[2] : NULL, err);
}

/* Newer clients join several networks at once; to older ones a second endpoint was a mistake. */
static int check_endpoints(struct call *call, const struct docker_networking_config *networking, struct error **err)
{
    struct str_list names = { 0 };
    if (call->level >= 44 || networking->endpoints.count < 2)
        return 0;
    for (size_t i = 0; i < networking->endpoints.count; i++)
        str_list_add(call->arena, &names, networking->endpoints.items[i].key);
    return error_set(err, ERROR_INVALID, 0, "Container cannot be created with multiple network endpoints: %s",
                     str_join(call->arena, &names, ", "));
}

/* To older clients ReadOnly of a mount in long form was of that mount alone. */
static void keep_nonrecursive(struct call *call, struct container_spec *spec)
{
    for (size_t i = 0; call->level < 44 && i < spec->mounts.count; i++)
        if (!str_map_get(&spec->docker_binds, spec->mounts.items[i].target))
            spec->mounts.items[i].readonly_recursive = false;
}

static int post_create(struct call *call, struct error **err)
{
    const struct create_params *p = call->params;
    const struct docker_create *body = call->body;
    struct container_spec spec;
    struct docker_created created = { 0 };
    struct str_list heard = { 0 };
    if (check_endpoints(call, &body->networking, err) < 0 ||
        docker_translate_spec(call->arena, body, p->name, &spec, &heard, err) < 0)
        return -1;
    keep_nonrecursive(call, &spec);
    if (check_platform(call, spec.image, p->platform, err) < 0)
        return str_eq((*err)->noun, "platform") ? -1 : create_failed(call, spec.image, err);
    autocontainer *ctr = container_create(call->engine, &spec, call_rules(call), call->arena, &created.warnings, err);
    if (!ctr)
        return create_failed(call, spec.image, err);
    for (size_t i = 0; i < heard.count; i++)
        str_list_add(call->arena, &created.warnings, heard.items[i]);
    created.id = ctr->id;
    return reply(call, 201, docker_created_schema(), &created, err);
}

const struct route docker_containers_create[] = {
    {
        ROUTE(POST, "/containers/create"),
        .id = "ContainerCreate",
        .tag = "containers",
        .summary = "Make a container",
        .params = create_params_table,
        .body_kind = BODY_JSON,
        .body = docker_create_schema,
        .rights = "containers:write",
        .handler = post_create,
        .responses = {
            { 201, docker_created_schema, "The container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
