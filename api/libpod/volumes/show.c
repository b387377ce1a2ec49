#include "api/libpod/volumes/show.h"

#include "api/filters.h"
#include "api/types/libpod/libpod.h"
#include "core/volume/volume.h"

void libpod_show_volume(const struct volume *volume, struct libpod_volume *ret_shown)
{
    *ret_shown = (struct libpod_volume){
        .name = volume->name,
        .driver = volume->driver,
        .mountpoint = volume->mountpoint,
        .created = volume->created_unix_ns,
        .labels = volume->labels,
        .scope = volume->scope,
        .options = volume->options,
        .uid = volume->uid,
        .gid = volume->gid,
        .anonymous = volume->anonymous,
        .mount_count = volume->needs_mount ? volume->mounts : 0,
        .storage_id = volume->storage_id,
        .needs_copy_up = volume->needs_copy_up,
        .needs_chown = volume->needs_chown,
    };
}

int libpod_volume_filters(struct arena *arena, const struct filters *asked, const char *accepted,
                          struct volume_filters *filters, struct error **err)
{
    if (filters_check(asked, accepted, err) < 0)
        return -1;
    for (struct filter_term term = { 0 }; filters_next(asked, &term);)
        if (volume_filter_add(arena, filters, term.key, term.value, err) < 0)
            return -1;
    return 0;
}
