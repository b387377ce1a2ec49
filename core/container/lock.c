#include "core/container/lock.h"

#include <unistd.h>

#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/engine.h"

int container_lock(struct engine *engine, const char *id, const char *purpose, struct error **err)
{
    autofree char *dir = mem_printf("%s/locks", engine->run_dir);
    return lock_object(dir, id, purpose, true, err);
}

int container_lock_try(struct engine *engine, const char *id, const char *purpose, struct error **err)
{
    autofree char *dir = mem_printf("%s/locks", engine->run_dir);
    return lock_object(dir, id, purpose, false, err);
}

void container_lock_remove(struct engine *engine, const char *id)
{
    autofree char *path = mem_printf("%s/locks/%s", engine->run_dir, id);
    unlink(path);
}
