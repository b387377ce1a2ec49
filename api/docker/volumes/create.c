/* POST /volumes/create */
#include "api/call.h"
#include "api/docker/volumes/show.h"
#include "api/docker/volumes_tables.h"
#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/error.h"
#include "core/volume/volume.h"

static int post_create(struct call *call, struct error **err)
{
    static const struct docker_volume_create nothing;
    const struct docker_volume_create *body = call->body ? call->body : &nothing;
    struct volume_request request = {
        .name = body->name,
        .driver = body->driver,
        .labels = body->labels,
        .options = body->options,
    };
    struct volume volume;
    struct docker_volume shown;
    if (unhonoured_says_something(body->cluster))
        return error_set(err, ERROR_UNAVAILABLE, 0, "This node is not a swarm manager: ClusterVolumeSpec is for volumes of a swarm.");
    if (str_empty(body->name))
        str_map_set(call->arena, &request.labels, VOLUME_ANONYMOUS_LABEL, "");
    if (volume_create(call->engine, call->arena, &request, &volume, err) < 0)
        return -1;
    docker_show_volume(&volume, &shown);
    return reply(call, 201, docker_volume_schema(), &shown, err);
}

const struct route docker_volumes_create[] = {
    {
        ROUTE(POST, "/volumes/create"),
        .id = "VolumeCreate",
        .tag = "volumes",
        .summary = "Make a volume, or return the one of that name",
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_volume_create_schema,
        .rights = "volumes:write",
        .handler = post_create,
        .responses = {
            { 201, docker_volume_schema, "The volume", REPLY_OBJECT, NULL },
            BAD_PARAMETER, { 404, NULL, "No such driver", REPLY_OBJECT, NULL }, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
