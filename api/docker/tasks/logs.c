/* GET /tasks/{id}/logs */
#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "api/docker/swarm_tables.h"
#include "core/base/error.h"

#define TASK_LOGS_PARAMS(P)                                                       \
    P(PATH, STR, id, "id", NULL, "Name or id of the task")                        \
    P(QUERY, BOOL, follow, "follow", "false", "Stay and send what comes")         \
    P(QUERY, BOOL, out, "stdout", "false", "Standard output")                     \
    P(QUERY, BOOL, errors, "stderr", "false", "Standard error")                   \
    P(QUERY, STR, since, "since", NULL, "From this time on")                      \
    P(QUERY, BOOL, timestamps, "timestamps", "false", "A time before each line")  \
    P(QUERY, BOOL, details, "details", "false", "Attributes of each line")        \
    P(QUERY, STR, tail, "tail", "all", "Only so many lines from the end")
PARAMS(task_logs_params, TASK_LOGS_PARAMS)

static int get_logs(struct call *call, struct error **err)
{
    const struct task_logs_params *p = call->params;
    if (!p->out && !p->errors)
        return error_set(err, ERROR_INVALID, 0, "Bad parameters: you must choose at least one stream");
    return docker_no_manager(call, err);
}

const struct route docker_tasks_logs[] = {
    {
        ROUTE(GET, "/tasks/{id}/logs"),
        .id = "TaskLogs",
        .tag = "tasks",
        .summary = "What a task of a swarm wrote",
        .params = task_logs_params_table,
        .rights = "system:read",
        .handler = get_logs,
        .responses = { BAD_PARAMETER, NO_MANAGER },
    },
    { 0 },
};
