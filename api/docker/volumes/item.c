/* GET, PUT and DELETE /volumes/{name} */
#include "api/call.h"
#include "api/docker/volumes/show.h"
#include "api/docker/volumes_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/error.h"
#include "core/volume/volume.h"

#define INSPECT_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name of the volume")
PARAMS(inspect_params, INSPECT_PARAMS)

static int get_volume(struct call *call, struct error **err)
{
    const struct inspect_params *p = call->params;
    struct volume volume;
    struct docker_volume shown;
    struct str_map details = { 0 };
    if (volume_find(call->engine, call->arena, p->name, &volume, err) < 0 ||
        volume_ask(call->engine, call->arena, &volume, &details, err) < 0)
        return -1;
    docker_show_volume(&volume, &shown);
    shown.volume_status = details;
    return reply(call, 200, docker_volume_schema(), &shown, err);
}

#define UPDATE_PARAMS(P)                                      \
    P(PATH, STR, name, "name", NULL, "Name of the volume")    \
    P(QUERY, STR, version, "version", NULL, "Version of the volume that is changed")
PARAMS(update_params, UPDATE_PARAMS)

static int put_volume(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_UNAVAILABLE, 0, "volume update only valid for cluster volumes, but swarm is unavailable");
}

#define REMOVE_PARAMS(P)                                   \
    P(PATH, STR, name, "name", NULL, "Name of the volume") \
    P(QUERY, BOOL, force, "force", "false", "A missing one is fine, and so is a plugin that does not let go of it")
PARAMS(remove_params, REMOVE_PARAMS)

static int delete_volume(struct call *call, struct error **err)
{
    const struct remove_params *p = call->params;
    if (volume_remove(call->engine, p->name, p->force, err) < 0) {
        if (!p->force || (*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
    }
    return reply_empty(call, 204, err);
}

const struct route docker_volumes_item[] = {
    {
        ROUTE(GET, "/volumes/{name}"),
        .id = "VolumeInspect",
        .tag = "volumes",
        .summary = "Everything about a volume",
        .params = inspect_params_table,
        .rights = "volumes:read",
        .handler = get_volume,
        .responses = { { 200, docker_volume_schema, "The volume", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, INTERNAL_ERROR },
    },
    {
        ROUTE(PUT, "/volumes/{name}"),
        .id = "VolumeUpdate",
        .tag = "volumes",
        .summary = "Change a volume of a swarm: there is none",
        .params = update_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_volume_update_schema,
        .since = 42,
        .rights = "volumes:write",
        .handler = put_volume,
        .responses = { BAD_PARAMETER, { 503, NULL, "No swarm here", REPLY_OBJECT, NULL } },
    },
    {
        ROUTE(DELETE, "/volumes/{name}"),
        .id = "VolumeDelete",
        .tag = "volumes",
        .summary = "Remove a volume that no container uses",
        .params = remove_params_table,
        .rights = "volumes:write",
        .handler = delete_volume,
        .responses = { { 204, NULL, "Removed", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_VOLUME, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
