/* POST /containers/{id}/attach */
#include "api/docker/containers/attach.h"

#include "api/docker/containers_tables.h"
#include "api/docker/stream.h"

static int post_attach(struct call *call, struct error **err)
{
    const struct attach_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->id, err);
    if (!ctr)
        return -1;
    struct container_attach_query query = query_of(p);
    query.framed = !ctr->spec->tty;
    struct container_client client;
    call_client(call, docker_hijack_media(call, query.framed), &client);
    return container_attach(call->engine, ctr->id, &query, &client, err);
}

const struct route docker_containers_attach[] = {
    {
        ROUTE(POST, "/containers/{id}/attach"),
        .id = "ContainerAttach",
        .tag = "containers",
        .summary = "Join a container's input and output",
        .params = attach_params_table,
        .rights = "containers:attach",
        .handler = post_attach,
        .responses = {
            { 101, NULL, "The connection now carries the streams", HIJACK, NULL },
            { 200, NULL, "The same, for a client that did not ask to upgrade", HIJACK, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
