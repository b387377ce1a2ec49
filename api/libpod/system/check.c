/* POST /libpod/system/check */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/system/check.h"

#define CHECK_PARAMS(P)                                                                                        \
    P(QUERY, BOOL, quick, "quick", "false", "Read no documents")                                               \
    P(QUERY, BOOL, repair, "repair", "false", "Remove what is damaged and no container uses")                  \
    P(QUERY, BOOL, lossy, "repair_lossy", "false", "As repair, and containers that are damaged or use what is, too") \
    P(QUERY, STR, max_age, "unreferenced_layer_max_age", "24h", "Layers that nothing refers to count when they are older")
PARAMS(system_check_params, CHECK_PARAMS)

#define COPY(to, from)                                                                                  \
    do {                                                                                                \
        (to).items = arena_array(call->arena, (from).count + 1, sizeof *(to).items);                    \
        for (size_t at = 0; at < (from).count; at++) {                                                  \
            (to).items[at].key = (from).items[at].id;                                                   \
            (to).items[at].value = (from).items[at].what;                                               \
        }                                                                                               \
        (to).count = (from).count;                                                                      \
    } while (0)

static int post_check(struct call *call, struct error **err)
{
    const struct system_check_params *p = call->params;
    struct system_check_options options = { .quick = p->quick, .repair = p->repair || p->lossy, .lossy = p->lossy };
    struct system_check found;
    if (clock_parse_duration(p->max_age, &options.forgotten_ns) < 0 || options.forgotten_ns < 0)
        return error_set(err, ERROR_INVALID, 0, "unreferenced_layer_max_age: \"%.80s\" is not a duration: expected one such as 24h", p->max_age);
    if (system_check(call->engine, call->arena, &options, &found, err) < 0)
        return -1;
    struct libpod_check shown = {
        .errors = found.layers.count || found.images.count || found.containers.count || found.database.count,
        .removed_layers = found.removed_layers,
        .removed_containers = found.removed_containers,
        .database = found.database,
    };
    COPY(shown.layers, found.layers);
    COPY(shown.images, found.images);
    COPY(shown.containers, found.containers);
    COPY(shown.removed_images, found.removed_images);
    return reply(call, 200, libpod_check_schema(), &shown, err);
}

const struct route libpod_system_check[] = {
    {
        ROUTE(POST, "/libpod/system/check"),
        .id = "SystemCheckLibpod",
        .tag = "system",
        .summary = "Look for damage of the store and the database, and repair it",
        .params = system_check_params_table,
        .rights = "system:write",
        .handler = post_check,
        .responses = { { 200, libpod_check_schema, "What was found", REPLY_OBJECT, NULL }, BAD_PARAMETER, INTERNAL_ERROR },
    },
    { 0 },
};
