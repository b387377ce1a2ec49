#include "api/docker/swarm/logs.h"

#include "api/call.h"
#include "api/docker/swarm/manager.h"
#include "core/base/error.h"

#define SWARM_LOGS_PARAMS(P)                                                      \
    P(PATH, STR, id, "id", NULL, "Name or id")                                    \
    P(QUERY, BOOL, follow, "follow", "false", "Stay and send what comes")         \
    P(QUERY, BOOL, out, "stdout", "false", "Standard output")                     \
    P(QUERY, BOOL, errors, "stderr", "false", "Standard error")                   \
    P(QUERY, STR, since, "since", NULL, "From this time on")                      \
    P(QUERY, BOOL, timestamps, "timestamps", "false", "A time before each line")  \
    P(QUERY, BOOL, details, "details", "false", "Attributes of each line")        \
    P(QUERY, STR, tail, "tail", "all", "Only so many lines from the end")
PARAMS(swarm_logs_params, SWARM_LOGS_PARAMS)

const struct param *docker_swarm_logs_params(void)
{
    return swarm_logs_params_table();
}

int docker_swarm_logs(struct call *call, struct error **err)
{
    const struct swarm_logs_params *p = call->params;
    if (!p->out && !p->errors)
        return error_set(err, ERROR_INVALID, 0, "Bad parameters: you must choose at least one stream");
    return docker_no_manager(call, err);
}
