/* GET /tasks/{id} */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

#define TASK_ITEM_PARAMS(P) P(PATH, STR, id, "id", NULL, "Name or id of the task")
PARAMS(task_item_params, TASK_ITEM_PARAMS)

const struct route docker_tasks_item[] = {
    {
        ROUTE(GET, "/tasks/{id}"),
        .id = "TaskInspect",
        .tag = "tasks",
        .summary = "A task of a swarm",
        .params = task_item_params_table,
        .rights = "system:read",
        .handler = docker_no_manager,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
