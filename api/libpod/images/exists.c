/* GET /libpod/images/{name...}/exists */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "core/image/image.h"

#define EXISTS_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the image")
PARAMS(image_exists_params, EXISTS_PARAMS)

static int get_exists(struct call *call, struct error **err)
{
    const struct image_exists_params *p = call->params;
    return image_find(call->engine, call->arena, p->name, false, err) ? reply_empty(call, 204, err) : -1;
}

const struct route libpod_images_exists[] = {
    {
        ROUTE(GET, "/libpod/images/{name...}/exists"),
        .id = "ImageExistsLibpod",
        .tag = "images",
        .summary = "Whether an image exists",
        .params = image_exists_params_table,
        .rights = "images:read",
        .handler = get_exists,
        .responses = { { 204, NULL, "It does", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR },
    },
    { 0 },
};
