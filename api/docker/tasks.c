/* GET /tasks */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define TASK_LIST_PARAMS(P) P(QUERY, FILTERS, filters, "filters", NULL, "Which ones")
PARAMS(task_list_params, TASK_LIST_PARAMS)

const struct route docker_tasks[] = {
    {
        ROUTE(GET, "/tasks"),
        .id = "TaskList",
        .tag = "tasks",
        .summary = "Tasks of a swarm",
        .params = task_list_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
