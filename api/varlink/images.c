/* Image methods of io.projectatomic.podman and io.podman */
#include <string.h>

#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/arena.h"
#include "core/container/container.h"
#include "core/image/image.h"

/* Images, newest first, and the containers that may use them. */
static int look(struct varlink_call *call, struct image **ret_images, size_t *ret_count, struct container_list *ret_containers, struct error **err)
{
    static const struct image_filters every_image;
    static const struct container_filters every_container;
    if (image_list(call->engine, call->arena, &every_image, true, false, ret_images, ret_count, err) < 0)
        return -1;
    return container_list(call->engine, &every_container, true, 0, ret_containers, err);
}

static int64_t users_of(const struct container_list *containers, const char *image_id)
{
    int64_t count = 0;
    for (size_t i = 0; i < containers->count; i++)
        count += !strcmp(containers->items[i]->image_id, image_id);
    return count;
}

static int atomic_list(struct varlink_call *call, struct error **err)
{
    struct image *images;
    struct atomic_images reply = { 0 };
    autocontainers containers = { 0 };
    if (look(call, &images, &reply.images.count, &containers, err) < 0)
        return -1;
    reply.images.items = arena_array(call->arena, reply.images.count, sizeof *reply.images.items);
    for (size_t i = 0; i < reply.images.count; i++)
        reply.images.items[i] = (struct atomic_image){
            .id = images[i].id,
            .parent_id = images[i].parent,
            .repo_tags = images[i].names,
            .repo_digests = images[i].repo_digests,
            .created = images[i].created_unix_ns,
            .size = images[i].size,
            .virtual_size = images[i].size,
            .containers = users_of(&containers, images[i].id),
            .labels = images[i].labels,
        };
    return varlink_reply(call, atomic_images_schema(), &reply, false, err);
}

static int podman_list(struct varlink_call *call, struct error **err)
{
    struct image *images;
    struct podman_images reply = { 0 };
    autocontainers containers = { 0 };
    if (look(call, &images, &reply.images.count, &containers, err) < 0)
        return -1;
    reply.images.items = arena_array(call->arena, reply.images.count, sizeof *reply.images.items);
    for (size_t i = 0; i < reply.images.count; i++) {
        struct podman_image *shown = &reply.images.items[i];
        *shown = (struct podman_image){
            .id = images[i].id,
            .digest = images[i].digest,
            .parent_id = images[i].parent,
            .repo_tags = images[i].names,
            .repo_digests = images[i].repo_digests,
            .created = images[i].created_unix_ns,
            .size = images[i].size,
            .virtual_size = images[i].size,
            .containers = users_of(&containers, images[i].id),
            .labels = images[i].labels,
            .top_layer = images[i].top_layer,
        };
        str_list_add(call->arena, &shown->digests, images[i].digest);
        for (size_t j = 0; j < reply.images.count; j++)
            shown->is_parent |= !strcmp(str_or(images[j].parent, ""), images[i].id);
    }
    return varlink_reply(call, podman_images_schema(), &reply, false, err);
}

static int tag(struct varlink_call *call, struct error **err)
{
    const struct varlink_tag *in = call->in;
    const struct image *image = image_find(call->engine, call->arena, in->name, false, err);
    if (!image || image_tag(call->engine, image->id, in->tagged, false, err) < 0)
        return -1;
    const struct varlink_image_id reply = { image->id };
    return varlink_reply(call, varlink_image_id_schema(), &reply, false, err);
}

const struct varlink_method atomic_images_methods[] = {
    { "ListImages", "Every image, newest first.", NULL, atomic_images_schema, atomic_list, "images:read" },
    { "TagImage", "Gives an image a further name; answers its id.", varlink_tag_schema, varlink_image_id_schema, tag, "images:write" },
    { 0 },
};

const struct varlink_method podman_images_methods[] = {
    { "ListImages", "Every image, newest first.", NULL, podman_images_schema, podman_list, "images:read" },
    { "TagImage", "Gives an image a further name; answers its id.", varlink_tag_schema, varlink_image_id_schema, tag, "images:write" },
    { 0 },
};
