/* POST /libpod/volumes/create */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/libpod/volumes/show.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/volume/volume.h"

/* As the options of the driver say it. */
static void add_owner(struct call *call, struct volume_request *request, const char *key, const int64_t *id)
{
    const char *given = str_map_get(&request->options, "o");
    if (id)
        str_map_set(call->arena, &request->options, "o",
                    arena_printf(call->arena, "%s%s%s=%lld", str_or(given, ""), str_empty(given) ? "" : ",", key, (long long)*id));
}

static int post_create(struct call *call, struct error **err)
{
    static const struct libpod_volume_create nothing;
    const struct libpod_volume_create *body = call->body ? call->body : &nothing;
    struct volume_request request = {
        .name = body->name,
        .driver = body->driver,
        .options = body->options,
        .fresh = !body->ignore_if_exists,
    };
    struct volume volume;
    struct libpod_volume shown;
    add_owner(call, &request, "uid", body->uid);
    add_owner(call, &request, "gid", body->gid);
    for (size_t i = 0; i < body->labels.count; i++)
        str_map_set(call->arena, &request.labels, body->labels.items[i].key, body->labels.items[i].value);
    for (size_t i = 0; i < body->label.count; i++)
        str_map_set(call->arena, &request.labels, body->label.items[i].key, body->label.items[i].value);
    if (volume_create(call->engine, call->arena, &request, &volume, err) < 0)
        return -1;
    libpod_show_volume(&volume, &shown);
    return reply(call, 201, libpod_volume_schema(), &shown, err);
}

const struct route libpod_volumes_create[] = {
    {
        ROUTE(POST, "/libpod/volumes/create"),
        .id = "VolumeCreateLibpod",
        .tag = "volumes",
        .summary = "Make a volume",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = libpod_volume_create_schema,
        .rights = "volumes:write",
        .handler = post_create,
        .responses = {
            { 201, libpod_volume_schema, "The volume", REPLY_OBJECT, NULL },
            BAD_PARAMETER, { 404, NULL, "No such driver, or no such image", REPLY_OBJECT, NULL }, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
