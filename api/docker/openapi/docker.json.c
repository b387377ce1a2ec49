/* GET /openapi/docker.json */
#include "api/docker/openapi/docker.json.h"

#include "api/openapi/serve.h"

static int get_document(struct call *call, struct error **err)
{
    return openapi_reply(call, OPENAPI_DOCKER, "application/json", err);
}

const struct route docker_openapi_docker[] = {
    {
        ROUTE(GET, "/openapi/docker.json"),
        .id = "OpenAPIDocker",
        .tag = "system",
        .summary = "What is served in the Docker dialect, as OpenAPI 3.1",
        .rights = "system:read",
        .handler = get_document,
        .responses = { { 200, NULL, "The document", RAW, "application/json" }, INTERNAL_ERROR },
    },
    { 0 },
};
