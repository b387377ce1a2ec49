#include "core/image/tell.h"

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/event/event.h"
#include "core/image/image.h"

int image_tell(struct engine *engine, struct arena *arena, const char *action, const char *id, const char *name,
               struct error **err)
{
    struct str_map attributes = { 0 };
    autoerror *gone = NULL;
    const char *digest = arena_printf(arena, "sha256:%s", id);
    const struct image *image = image_find(engine, arena, digest, false, &gone);
    for (size_t i = 0; image && i < image->labels.count; i++)
        str_map_set(arena, &attributes, image->labels.items[i].key, image->labels.items[i].value);
    str_map_set(arena, &attributes, "name", str_or(name, digest));
    return event_add_now(engine, "image", action, digest, &attributes, err);
}
