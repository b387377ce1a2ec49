#include "core/volume/driver.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/volume/volume.h"

int volume_driver_check(struct engine *engine, struct arena *arena, const struct volume_request *request,
                        struct error **err)
{
    (void)engine;
    (void)arena;
    const char *driver = str_or(request->driver, "local");
    if (strcmp(driver, "local"))
        return error_set(err, ERROR_NOT_FOUND, 0, "create %s: error looking up volume plugin %s: plugin \"%s\" not found",
                         str_or(request->name, ""), driver, driver);
    if (request->options.count)
        return error_set(err, ERROR_INVALID, 0, "create %s: invalid option: \"%s\": the local driver has none",
                         str_or(request->name, ""), request->options.items[0].key);
    return 0;
}

int volume_driver_make(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    (void)engine;
    (void)arena;
    return path_mkdirs(volume->mountpoint, 0755, err);
}

int volume_driver_remove(struct engine *engine, struct arena *arena, const struct volume *volume, struct error **err)
{
    return path_remove_tree(arena_printf(arena, "%s/volumes/%s", engine->state_dir, volume->name), err);
}
