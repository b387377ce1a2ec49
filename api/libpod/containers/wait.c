/* POST /libpod/containers/{name}/wait */
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"

#define WAIT_PARAMS(P)                                                                                        \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                           \
    P(QUERY, LIST, condition, "condition", NULL, "States to wait for, any of them; stopped by default")       \
    P(QUERY, STR, interval, "interval", NULL, "How often to look: heard only, changes are seen at once")
PARAMS(wait_params, WAIT_PARAMS)

/* podman's words for what we call otherwise */
static const char *const state_words[][2] = {
    { "configured", "created" }, { "created", "created" },   { "initialized", "initialized" }, { "running", "running" },
    { "paused", "paused" },      { "removing", "removing" }, { "exited", "exited" },       { "stopped", "exited" },
    { "stopping", "exited" },
};

static const char *state_word(const char *condition)
{
    for (size_t i = 0; i < sizeof state_words / sizeof *state_words; i++)
        if (!strcmp(condition, state_words[i][0]))
            return state_words[i][1];
    return NULL;
}

static int choose(struct call *call, const struct str_list *asked, enum container_condition *ret_condition,
                  struct str_list *ret_states, struct error **err)
{
    *ret_condition = CONTAINER_STATES;
    for (size_t i = 0; i < asked->count; i++) {
        const char *word = state_word(asked->items[i]);
        if (!strcmp(asked->items[i], "removed"))
            *ret_condition = CONTAINER_REMOVED;
        else if (!word)
            return error_set(err, ERROR_INVALID, 0,
                             "condition: \"%s\" is not a state: expected configured, created, initialized, running, paused, "
                             "stopped, exited, removing or removed", asked->items[i]);
        else
            str_list_add(call->arena, ret_states, word);
    }
    if (!asked->count)
        str_list_add(call->arena, ret_states, "exited");
    return 0;
}

static int post_wait(struct call *call, struct error **err)
{
    const struct wait_params *p = call->params;
    enum container_condition condition;
    struct str_list states = { 0 };
    int64_t code = -1;
    if (choose(call, &p->condition, &condition, &states, err) < 0)
        return -1;
    autocontainer *ctr = container_find(call->engine, p->name, err);
    if (!ctr) {
        /* podman-remote waits after its container of --rm may be gone already: events still know the code. */
        if ((*err)->kind == ERROR_NOT_FOUND && strlen(p->name) == 64)
            code = container_past_exit_code(call->engine, p->name);
        if (code < 0)
            return -1;
        error_clear(err);
    } else if (container_wait(call->engine, ctr, condition, &states, &call->sink, &code, err) < 0) {
        return -1;
    }
    return reply_text(call, 200, "application/json", arena_printf(call->arena, "%lld\n", (long long)code), err);
}

const struct route libpod_containers_wait[] = {
    {
        ROUTE(POST, "/libpod/containers/{name}/wait"),
        .id = "ContainerWaitLibpod",
        .tag = "containers",
        .summary = "Wait until a container is in a state",
        .params = wait_params_table,
        .rights = "containers:read",
        .handler = post_wait,
        .responses = {
            { 200, NULL, "Its exit code, a JSON number; -1 when it has none", RAW, "application/json" },
            BAD_PARAMETER, NO_SUCH_CONTAINER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
