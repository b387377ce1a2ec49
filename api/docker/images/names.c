#include "api/docker/images/names.h"

#include <string.h>

#include "api/call.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

static bool is_id(const char *name)
{
    return str_is_hex(name) || str_starts(name, "sha256:");
}

int docker_check_image_name(struct call *call, const char *name, struct error **err)
{
    struct reference reference;
    return is_id(name) ? 0 : reference_parse(call->arena, name, "docker.io", &reference, err);
}

/* Clients pull and try again when this answer says so, and show its name: with the tag that was meant. */
int docker_image_error(struct call *call, const char *name, struct error **err)
{
    struct reference reference;
    autoerror *no_reference = NULL;
    const char *shown = name;
    if ((*err)->kind != ERROR_NOT_FOUND || !str_eq((*err)->noun, "image"))
        return -1;
    if (!is_id(name) && reference_parse(call->arena, name, "docker.io", &reference, &no_reference) == 0 &&
        !reference.tag && !reference.digest)
        shown = arena_printf(call->arena, "%s:latest", name);
    error_clear(err);
    return error_set_about(err, ERROR_NOT_FOUND, "image", shown, "No such image: %s", shown);
}

struct image *docker_find_image(struct call *call, const char *name, struct error **err)
{
    if (docker_check_image_name(call, name, err) < 0)
        return NULL;
    struct image *image = image_find(call->engine, call->arena, name, true, err);
    if (!image)
        docker_image_error(call, name, err);
    return image;
}

const char *docker_join_reference(struct call *call, const char *repo, const char *tag, struct error **err)
{
    struct reference reference;
    if (reference_parse(call->arena, repo, "docker.io", &reference, err) < 0)
        return NULL;
    if (str_empty(tag) || reference.digest)
        return repo;
    const char *colon = strrchr(repo, ':');
    const char *bare = reference.tag ? arena_strndup(call->arena, repo, (size_t)(colon - repo)) : repo;
    const char *joined = arena_printf(call->arena, "%s%c%s", bare, strchr(tag, ':') ? '@' : ':', tag);
    if (reference_parse(call->arena, joined, "docker.io", &reference, err) == 0)
        return joined;
    error_wrap(err, "tag");
    return NULL;
}

struct str_list docker_familiar(struct call *call, const struct str_list *names)
{
    struct str_list familiar = { 0 };
    for (size_t i = 0; i < names->count; i++)
        str_list_add(call->arena, &familiar, image_familiar(call->arena, names->items[i]));
    return familiar;
}

const char *docker_image_id(struct call *call, const char *id)
{
    return str_empty(id) ? "" : arena_printf(call->arena, "sha256:%s", id);
}
