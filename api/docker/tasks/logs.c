/* GET /tasks/{id}/logs */
#include "api/call.h"
#include "api/docker/swarm/logs.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"

const struct route docker_tasks_logs[] = {
    {
        ROUTE(GET, "/tasks/{id}/logs"),
        .id = "TaskLogs",
        .tag = "tasks",
        .summary = "What a task of a swarm wrote",
        .params = docker_swarm_logs_params,
        .rights = "system:read",
        .handler = docker_swarm_logs,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
