/* POST /libpod/images/{name...}/untag */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define UNTAG_PARAMS(P)                                                \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")     \
    P(QUERY, STR, repo, "repo", NULL, "Repository of the name")     \
    P(QUERY, STR, tag, "tag", NULL, "Tag of the name; latest by default")
PARAMS(untag_params, UNTAG_PARAMS)

static int post_untag(struct call *call, struct error **err)
{
    const struct untag_params *p = call->params;
    if (str_empty(p->repo) != str_empty(p->tag))
        return error_set(err, ERROR_INVALID, 0, "%s: missing, expected repo and tag together or neither", str_empty(p->repo) ? "repo" : "tag");
    const char *reference = str_empty(p->repo) ? NULL : arena_printf(call->arena, "%s:%s", p->repo, p->tag);
    if (image_untag(call->engine, p->name, reference, false, err) < 0)
        return -1;
    return reply_empty(call, 201, err);
}

const struct route libpod_images_untag[] = {
    {
        ROUTE(POST, "/libpod/images/{name...}/untag"),
        .id = "ImageUntagLibpod",
        .tag = "images",
        .summary = "Take a name away from an image",
        .params = untag_params_table,
        .rights = "images:write",
        .handler = post_untag,
        .responses = { { 201, NULL, "Untagged", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
