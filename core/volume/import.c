#include "core/archive/decompress.h"
#include "core/archive/tar.h"
#include "core/archive/unpack.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/volume/job.h"
#include "core/volume/volume.h"

static int unpack(int root, const struct source *from, struct error **err)
{
    static const struct unpack_options options;
    autodecompress struct decompress *plain = decompress_open(from, err);
    if (!plain)
        return -1;
    const struct source archive = decompress_source(plain);
    autotar struct tar_reader *tar = tar_open(&archive, NULL);
    return unpack_tar(root, tar, &options, NULL, err) < 0 ? -1 : tar_finish(tar, err);
}

int volume_import(struct engine *engine, const char *name, const struct source *from, struct error **err)
{
    autoarena *arena = arena_new();
    struct volume volume;
    struct volume_job job;
    if (volume_find(engine, arena, name, &volume, err) < 0)
        return -1;
    int rc = volume_job_begin(engine, arena, &volume, &job, err);
    if (rc == 0)
        rc = unpack(job.root, from, err);
    volume_job_end(&job);
    return rc < 0 ? error_wrap(err, "importing into volume %s", name) : 0;
}
