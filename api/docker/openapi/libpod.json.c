/* GET /openapi/libpod.json */
#include "api/docker/openapi/libpod.json.h"

#include "api/openapi/serve.h"

static int get_document(struct call *call, struct error **err)
{
    return openapi_reply(call, OPENAPI_LIBPOD, "application/json", err);
}

const struct route docker_openapi_libpod[] = {
    {
        ROUTE(GET, "/openapi/libpod.json"),
        .id = "OpenAPILibpod",
        .tag = "system",
        .summary = "What is served in the libpod dialect, as OpenAPI 3.1",
        .rights = "system:read",
        .handler = get_document,
        .responses = { { 200, NULL, "The document", RAW, "application/json" }, INTERNAL_ERROR },
    },
    { 0 },
};
