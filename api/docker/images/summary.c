#include "api/docker/images/summary.h"

#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/types/docker/docker.h"
#include "core/base/clock.h"
#include "core/image/image.h"

#define LEVEL_NO_NONE 43 /* from here on an image without a name has empty lists */

void docker_summarize_image(struct call *call, const struct image *image, bool shared, struct docker_image_summary *ret_shown)
{
    *ret_shown = (struct docker_image_summary){
        .containers = -1,
        .created = image->created_unix_ns / CLOCK_SECOND,
        .id = docker_image_id(call, image->id),
        .labels = image->labels,
        .parent_id = docker_image_id(call, image->parent),
        .repo_digests = docker_familiar(call, &image->repo_digests),
        .repo_tags = docker_familiar(call, &image->names),
        .shared_size = shared ? image->shared_size : -1,
        .size = image->size,
        .virtual_size = image->size,
    };
    if (call->level < LEVEL_NO_NONE && !ret_shown->repo_tags.count && !ret_shown->repo_digests.count) {
        str_list_add(call->arena, &ret_shown->repo_tags, "<none>:<none>");
        str_list_add(call->arena, &ret_shown->repo_digests, "<none>@<none>");
    }
}
