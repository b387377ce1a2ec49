#include "core/volume/lock.h"

#include <unistd.h>

#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/engine.h"

int volume_lock(struct engine *engine, const char *name, const char *purpose, bool wait, struct error **err)
{
    autofree char *dir = mem_printf("%s/volume-locks", engine->run_dir);
    return lock_object(dir, name, purpose, wait, err);
}

void volume_lock_remove(struct engine *engine, const char *name)
{
    autofree char *path = mem_printf("%s/volume-locks/%s", engine->run_dir, name);
    unlink(path);
}
