/* POST /libpod/images/{name...}/tag */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define TAG_PARAMS(P)                                                \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")     \
    P(QUERY, STR, repo, "repo", NULL, "Repository of the name")     \
    P(QUERY, STR, tag, "tag", NULL, "Tag of the name; latest by default")
PARAMS(tag_params, TAG_PARAMS)

static int post_tag(struct call *call, struct error **err)
{
    const struct tag_params *p = call->params;
    if (str_empty(p->repo))
        return error_set(err, ERROR_INVALID, 0, "repo: missing, expected the repository of the new name");
    const char *reference = str_empty(p->tag) ? p->repo : arena_printf(call->arena, "%s:%s", p->repo, p->tag);
    if (image_tag(call->engine, p->name, reference, false, err) < 0)
        return -1;
    return reply_empty(call, 201, err);
}

const struct route libpod_images_tag[] = {
    {
        ROUTE(POST, "/libpod/images/{name...}/tag"),
        .id = "ImageTagLibpod",
        .tag = "images",
        .summary = "Give an image a further name",
        .params = tag_params_table,
        .rights = "images:write",
        .handler = post_tag,
        .responses = { { 201, NULL, "Tagged", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
