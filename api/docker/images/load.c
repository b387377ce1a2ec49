/* POST /images/load */
#include "api/call.h"
#include "api/docker/images/progress.h"
#include "api/docker/images_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define LOAD_PARAMS(P) P(QUERY, BOOL, quiet, "quiet", "false", "Heard: only what was loaded is told")
PARAMS(image_load_params, LOAD_PARAMS)

static int send_name(struct call *call, const char *name, struct error **err)
{
    const char *form = str_starts(name, "sha256:") ? "Loaded image ID: %s\n" : "Loaded image: %s\n";
    struct docker_progress line = { .stream = arena_printf(call->arena, form, image_familiar(call->arena, name)) };
    return reply_next(call, docker_progress_schema(), &line, err);
}

/* Clients want 200 for any archive, and read in the stream what became of it: also what came before the mistake. */
static int post_load(struct call *call, struct error **err)
{
    struct str_list names = { 0 };
    autoerror *failure = NULL;
    const struct source body = call_body(call);
    image_load(call->engine, call->arena, &body, &names, &failure);
    for (size_t i = 0; i < names.count; i++)
        if (send_name(call, names.items[i], err) < 0)
            return -1;
    return failure ? docker_send_error(call, failure, err) : 0;
}

const struct route docker_images_load[] = {
    {
        ROUTE(POST, "/images/load"),
        .id = "ImageLoad",
        .tag = "images",
        .summary = "Load images from an archive",
        .params = image_load_params_table,
        .body_kind = BODY_STREAM,
        .rights = "images:write",
        .handler = post_load,
        .responses = {
            { 200, docker_progress_schema, "One line per image; what went wrong is the last line", STREAM, NULL },
            BAD_PARAMETER, INTERNAL_ERROR,
        },
    },
    { 0 },
};
