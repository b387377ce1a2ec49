/* POST /services/{id}/update */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "api/types/docker/docker.h"

#define SERVICE_UPDATE_PARAMS(P)                                                              \
    P(PATH, STR, id, "id", NULL, "Name or id of the service")                                 \
    P(QUERY, OPT_I64, version, "version", NULL, "Version.Index that the change starts from")  \
    P(QUERY, STR, registry_auth_from, "registryAuthFrom", NULL, "spec or previous-spec")      \
    P(QUERY, STR, rollback, "rollback", NULL, "previous: back to what it was")
PARAMS(service_update_params, SERVICE_UPDATE_PARAMS)

static int post_update(struct call *call, struct error **err)
{
    const struct service_update_params *p = call->params;
    return docker_no_manager_at("service", p->version, err);
}

const struct route docker_services_update[] = {
    {
        ROUTE(POST, "/services/{id}/update"),
        .id = "ServiceUpdate",
        .tag = "services",
        .summary = "Change a service of a swarm",
        .params = service_update_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_service_spec_schema,
        .rights = "system:write",
        .handler = post_update,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
