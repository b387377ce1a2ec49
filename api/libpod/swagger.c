/* GET /libpod/swagger */
#include "api/libpod/swagger.h"

#include "api/openapi/serve.h"

/* podman serves YAML, and JSON is YAML. */
static int get_document(struct call *call, struct error **err)
{
    return openapi_reply(call, OPENAPI_LIBPOD_V2, "text/yaml", err);
}

const struct route libpod_swagger[] = {
    {
        ROUTE(GET, "/libpod/swagger"),
        .id = "SwaggerLibpod",
        .tag = "system",
        .summary = "What is served, as Swagger 2.0",
        .rights = "system:read",
        .handler = get_document,
        .responses = { { 200, NULL, "The document", RAW, "text/yaml" }, INTERNAL_ERROR },
    },
    { 0 },
};
