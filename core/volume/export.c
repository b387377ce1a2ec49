#include "core/archive/pack.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/volume/job.h"
#include "core/volume/volume.h"

int volume_export(struct engine *engine, const char *name, const struct sink *to, struct error **err)
{
    static const struct pack_options options = { .name = "./" };
    autoarena *arena = arena_new();
    struct volume volume;
    struct volume_job job;
    if (volume_find(engine, arena, name, &volume, err) < 0)
        return -1;
    int rc = volume_job_begin(engine, arena, &volume, &job, err);
    if (rc == 0)
        rc = pack_tree(to, job.root, &options, err);
    volume_job_end(&job);
    return rc;
}
