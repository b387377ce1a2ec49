#include "api/docker/volumes/show.h"

#include "api/types/docker/docker.h"
#include "core/base/clock.h"
#include "core/volume/volume.h"

void docker_show_volume(const struct volume *volume, struct docker_volume *ret_shown)
{
    *ret_shown = (struct docker_volume){
        .created = volume->created_unix_ns / CLOCK_SECOND * CLOCK_SECOND,
        .driver = volume->driver,
        .labels = volume->labels,
        .mountpoint = volume->mountpoint,
        .name = volume->name,
        .options = volume->options,
        .scope = volume->scope,
    };
}
