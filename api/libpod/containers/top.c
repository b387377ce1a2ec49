/* GET /libpod/containers/{name}/top */
#include "api/call.h"
#include "api/docker/containers/top.h"
#include "api/libpod/tables.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#define MAX_DELAY_S 86400

#define TOP_PARAMS(P)                                                                                            \
    P(PATH, STR, name, "name", NULL, "Name or id of the container")                                              \
    P(QUERY, BOOL, stream, "stream", "false", "Again and again until the client leaves or the container ends")   \
    P(QUERY, I64, delay, "delay", "5", "Seconds in between")                                                     \
    P(QUERY, LIST, ps_args, "ps_args", NULL, "Descriptors, with commas between them; or words for ps of the host")
PARAMS(top_params, TOP_PARAMS)

struct wish {
    struct str_list words;
    bool by_ps;
};

/* podman takes what it knows none of for ps's. */
static void read_words(struct call *call, const struct str_list *args, struct wish *wish)
{
    bool knows_one = false;
    for (size_t i = 0; i < args->count; i++) {
        struct str_list parts = str_split(call->arena, args->items[i], ',');
        for (size_t j = 0; j < parts.count; j++) {
            if (!*parts.items[j])
                continue;
            str_list_add(call->arena, &wish->words, parts.items[j]);
            knows_one = knows_one || container_top_knows(parts.items[j]);
        }
    }
    wish->by_ps = wish->words.count && (!knows_one || *wish->words.items[0] == '-');
}

static int look(struct call *call, struct arena *arena, const struct wish *wish, struct docker_top *ret_shown, struct error **err)
{
    const struct top_params *p = call->params;
    struct container_top top;
    int rc = wish->by_ps ? container_top_ps(call->engine, arena, p->name, &wish->words, &top, err)
                         : container_top_descriptors(call->engine, arena, p->name, &wish->words, &top, err);
    if (rc == 0)
        *ret_shown = docker_show_top(&top);
    return rc;
}

/* Its end is the end of the stream, not an error of it. */
static bool has_ended(const struct call *call, const struct error *err)
{
    return call->begun && (err->kind == ERROR_CONFLICT || err->kind == ERROR_NOT_FOUND);
}

static int get_top(struct call *call, struct error **err)
{
    const struct top_params *p = call->params;
    struct wish wish = { 0 };
    if (p->delay < 1 || p->delay > MAX_DELAY_S)
        return error_set(err, ERROR_INVALID, 0, "delay: %lld is not valid: expected 1 to %d seconds", (long long)p->delay, MAX_DELAY_S);
    read_words(call, &p->ps_args, &wish);
    for (;;) {
        autoarena *arena = arena_new();
        struct docker_top shown = { 0 };
        if (look(call, arena, &wish, &shown, err) < 0) {
            if (!has_ended(call, *err))
                return -1;
            error_clear(err);
            return 0;
        }
        if (reply_next(call, docker_top_schema(), &shown, err) < 0)
            return -1;
        if (!p->stream || !call->sink.wait(call->sink.context, -1, (int)p->delay * 1000))
            return 0;
    }
}

const struct route libpod_containers_top[] = {
    {
        ROUTE(GET, "/libpod/containers/{name}/top"),
        .id = "ContainerTopLibpod",
        .tag = "containers",
        .summary = "The processes of a container, once or as a stream",
        .params = top_params_table,
        .rights = "containers:read",
        .handler = get_top,
        .responses = {
            { 200, docker_top_schema, "The processes", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
