/* POST /images/{name...}/tag */
#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/docker/images_tables.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define TAG_PARAMS(P)                                                       \
    P(PATH, STR, name, "name", NULL, "Name or id of the image")             \
    P(QUERY, STR, repo, "repo", NULL, "Repository of the new name")         \
    P(QUERY, STR, tag, "tag", NULL, "Tag of the new name; latest by default") \
    P(QUERY, BOOL, force, "force", "true", "Heard: a name always moves")
PARAMS(tag_params, TAG_PARAMS)

static int post_tag(struct call *call, struct error **err)
{
    const struct tag_params *p = call->params;
    if (str_empty(p->repo))
        return error_set(err, ERROR_INVALID, 0, "repo: missing, expected the repository of the new name");
    const char *reference = docker_join_reference(call, p->repo, p->tag, err);
    if (!reference || docker_check_image_name(call, p->name, err) < 0)
        return -1;
    if (image_tag(call->engine, p->name, reference, true, err) < 0)
        return docker_image_error(call, p->name, err);
    return reply_empty(call, 201, err);
}

const struct route docker_images_tag[] = {
    {
        ROUTE(POST, "/images/{name...}/tag"),
        .id = "ImageTag",
        .tag = "images",
        .summary = "Give an image a further name",
        .params = tag_params_table,
        .rights = "images:write",
        .handler = post_tag,
        .responses = { { 201, NULL, "Tagged", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
