/* POST /libpod/containers/create */
#include "api/call.h"
#include "api/libpod/containers/spec.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/container/container.h"
#include "core/image/image.h"

static int check_platform(struct call *call, const struct container_spec *spec, struct error **err)
{
    const struct libpod_spec *body = call->body;
    if (str_empty(body->image_os) && str_empty(body->image_arch) && str_empty(body->image_variant))
        return 0;
    const struct image *image = image_find(call->engine, call->arena, spec->image, false, err);
    return image ? image_check_platform(image, spec->image, body->image_os, body->image_arch, body->image_variant, err) : -1;
}

static int post_create(struct call *call, struct error **err)
{
    struct container_spec spec;
    struct libpod_created created = { 0 };
    if (libpod_translate_spec(call->arena, call->body, &spec, err) < 0 || check_platform(call, &spec, err) < 0)
        return -1;
    autocontainer *ctr = container_create(call->engine, &spec, call_rules(call), call->arena, &created.warnings, err);
    if (!ctr)
        return -1;
    created.id = ctr->id;
    return reply(call, 201, libpod_created_schema(), &created, err);
}

const struct route libpod_containers_create[] = {
    {
        ROUTE(POST, "/libpod/containers/create"),
        .id = "ContainerCreateLibpod",
        .tag = "containers",
        .summary = "Make a container",
        .body_kind = BODY_JSON,
        .body = libpod_spec_schema,
        .rights = "containers:write",
        .handler = post_create,
        .responses = {
            { 201, libpod_created_schema, "The container", REPLY_OBJECT, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
