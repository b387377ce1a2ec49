/* GET /libpod/images/{name...}/history */
#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/image/image.h"

#define HISTORY_PARAMS(P) P(PATH, STR, name, "name", NULL, "Name or id of the image")
PARAMS(image_history_params, HISTORY_PARAMS)

static int get_history(struct call *call, struct error **err)
{
    const struct image_history_params *p = call->params;
    const struct image *image = image_find(call->engine, call->arena, p->name, false, err);
    if (!image)
        return -1;
    size_t count = image->history.count;
    struct libpod_history_item *items = arena_array(call->arena, count, sizeof *items);
    for (size_t i = 0; i < count; i++) {
        const struct image_history *from = &image->history.items[count - 1 - i]; /* newest first */
        items[i] = (struct libpod_history_item){
            .id = i ? "<missing>" : image->id,
            .created = from->created_unix_ns / CLOCK_SECOND,
            .created_by = from->created_by,
            .size = from->size,
            .comment = from->comment,
        };
        if (!i)
            items[i].tags = image->names;
    }
    return reply_list(call, 200, libpod_history_item_schema(), items, count, err);
}

const struct route libpod_images_history[] = {
    {
        ROUTE(GET, "/libpod/images/{name...}/history"),
        .id = "ImageHistoryLibpod",
        .tag = "images",
        .summary = "How an image was made, newest step first",
        .params = image_history_params_table,
        .rights = "images:read",
        .handler = get_history,
        .responses = {
            { 200, libpod_history_item_schema, "The steps", LIST_REPLY, NULL },
            BAD_PARAMETER, NO_SUCH_IMAGE, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
