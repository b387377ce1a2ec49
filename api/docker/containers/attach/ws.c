/* GET /containers/{id}/attach/ws */
#include "api/docker/containers/attach.h"
#include "api/docker/containers_tables.h"
#include "api/websocket.h"

/* Both streams as one: there are no frames of Docker's inside those of a WebSocket. */
static int get_attach_ws(struct call *call, struct error **err)
{
    const struct attach_params *p = call->params;
    autocontainer *ctr = container_find(call->engine, p->id, err);
    struct websocket *websocket = ctr ? websocket_new(call, err) : NULL;
    if (!websocket)
        return -1;
    const struct container_attach_query query = query_of(p);
    struct container_client client;
    websocket_client(websocket, &client);
    int rc = container_attach(call->engine, ctr->id, &query, &client, err);
    websocket_end(websocket);
    return rc;
}

const struct route docker_containers_attach_ws[] = {
    {
        ROUTE(GET, "/containers/{id}/attach/ws"),
        .id = "ContainerAttachWebsocket",
        .tag = "containers",
        .summary = "Join a container's input and output over a WebSocket",
        .params = attach_params_table,
        .rights = "containers:attach",
        .handler = get_attach_ws,
        .responses = {
            { 101, NULL, "The connection now carries frames: binary messages, input and output as they are", HIJACK, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
