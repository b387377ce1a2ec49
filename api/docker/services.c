/* GET /services */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define SERVICE_LIST_PARAMS(P)                                             \
    P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")              \
    P(QUERY, BOOL, status, "status", "false", "With the number of tasks")
PARAMS(service_list_params, SERVICE_LIST_PARAMS)

const struct route docker_services[] = {
    {
        ROUTE(GET, "/services"),
        .id = "ServiceList",
        .tag = "services",
        .summary = "Services of a swarm",
        .params = service_list_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
