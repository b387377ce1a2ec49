/* GET and DELETE /services/{id} */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define SERVICE_ITEM_PARAMS(P)                                                      \
    P(PATH, STR, id, "id", NULL, "Name or id of the service")                       \
    P(QUERY, BOOL, defaults, "insertDefaults", "false", "With what was not given")
PARAMS(service_item_params, SERVICE_ITEM_PARAMS)

#define SERVICE_REMOVE_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the service")
PARAMS(service_remove_params, SERVICE_REMOVE_PARAMS)

const struct route docker_services_item[] = {
    {
        ROUTE(GET, "/services/{id}"),
        .id = "ServiceInspect",
        .tag = "services",
        .summary = "A service of a swarm",
        .params = service_item_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    {
        ROUTE(DELETE, "/services/{id}"),
        .id = "ServiceDelete",
        .tag = "services",
        .summary = "Remove a service of a swarm",
        .params = service_remove_params_table,
        .rights = "system:write",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
