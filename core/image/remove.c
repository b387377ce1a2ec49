#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/image/load_record.h"
#include "core/image/lookup.h"
#include "core/image/tell.h"
#include "core/image/unused.h"
#include "core/store/store.h"

struct removing {
    struct engine *engine;
    struct arena *arena;
    const struct store_image *record;
    const char *key;
    bool force, docker, by_id;
    struct image_removal *removal;
};

static int tell(struct removing *removing, const char *action, const char *name, struct error **err)
{
    return image_tell(removing->engine, removing->arena, action, removing->record->id, name, err);
}

/* The name that was typed, as the image has it; NULL when the image was found by its id or a digest. */
static const char *typed_name(struct removing *removing)
{
    const struct str_list *names = &removing->record->names;
    for (size_t i = 0; i < names->count; i++) {
        struct store_image nameless = { .id = "", .names = { &names->items[i], 1 } };
        const struct image_records one = { &nameless, 1 };
        autoerror *none = NULL;
        if (image_look_up(removing->arena, &one, removing->key, removing->docker, &none))
            return names->items[i];
    }
    return NULL;
}

static bool is_live(const struct container *ctr)
{
    return container_has_process(ctr) || ctr->state == CONTAINER_RESTARTING;
}

/* Docker's words when the last name goes: any container is in the way of it. */
static int refuse_name(const struct removing *removing, const struct container *ctr, struct error **err)
{
    return error_set_about(err, ERROR_CONFLICT, "image", removing->key,
                           "conflict: unable to remove repository reference \"%s\" (must force) - container %.12s is using its referenced image %.12s",
                           removing->key, ctr->id, removing->record->id);
}

static int refuse_id(const struct removing *removing, const struct container *ctr, struct error **err)
{
    bool live = is_live(ctr);
    return error_set_about(err, ERROR_CONFLICT, "image", removing->key,
                           "conflict: unable to delete %.12s (%s be forced) - image is being used by %s container %.12s",
                           removing->record->id, live ? "cannot" : "must", live ? "running" : "stopped", ctr->id);
}

/* One container that uses the image. @ret_stays: the image has to stay for it. */
static int check_user(struct removing *removing, const struct container *ctr, bool *ret_stays, struct error **err)
{
    bool named = removing->docker && !removing->by_id;
    if (named && !removing->force)
        return refuse_name(removing, ctr, err);
    if (!removing->force || (is_live(ctr) && !named))
        return refuse_id(removing, ctr, err);
    *ret_stays = removing->docker;
    const struct container_remove_options options = { .force = true, .ignore = true };
    return removing->docker ? 0 : container_remove(removing->engine, ctr->id, &options, err);
}

static int check_users(struct removing *removing, bool *ret_stays, struct error **err)
{
    static const struct container_filters every;
    autocontainers list = { 0 };
    if (container_list(removing->engine, &every, true, 0, &list, err) < 0)
        return -1;
    for (size_t i = 0; i < list.count; i++)
        if (container_uses_image(list.items[i], removing->record->id) &&
            check_user(removing, list.items[i], ret_stays, err) < 0)
            return -1;
    return 0;
}

/* "untagged" are the names that are not left, and for Docker then the digests that go with them. */
static void note_untagged(struct removing *removing, const struct str_list *left)
{
    struct store_image then = *removing->record;
    struct str_list names, digests, names_then, digests_then;
    then.names = *left;
    image_names_from_record(removing->arena, removing->record, &names, &digests);
    image_names_from_record(removing->arena, &then, &names_then, &digests_then);
    struct str_list *untagged = &removing->removal->untagged;
    for (size_t i = 0; i < names.count; i++)
        if (!str_list_has(&names_then, names.items[i]))
            str_list_add(removing->arena, untagged, names.items[i]);
    for (size_t i = 0; removing->docker && i < digests.count; i++)
        if (!str_list_has(&digests_then, digests.items[i]) ||
            (str_list_has(&removing->record->names, digests.items[i]) && !str_list_has(left, digests.items[i])))
            str_list_add(removing->arena, untagged, digests.items[i]);
}

static int untag(struct removing *removing, const char *name, struct error **err)
{
    const struct str_list *names = &removing->record->names;
    struct str_list left = { 0 };
    if (store_change_image_name(removing->engine->store, removing->record->id, NULL, name, err) < 0)
        return -1;
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name))
            str_list_add(removing->arena, &left, names->items[i]);
    note_untagged(removing, &left);
    return tell(removing, "untag", name, err);
}

/* A container keeps the image: only its names go. */
static int untag_all(struct removing *removing, struct error **err)
{
    static const struct str_list none;
    const struct str_list *names = &removing->record->names;
    if (store_set_image_names(removing->engine->store, removing->record->id, &none, err) < 0)
        return -1;
    note_untagged(removing, &none);
    for (size_t i = 0; i < names->count; i++)
        if (tell(removing, "untag", names->items[i], err) < 0)
            return -1;
    return 0;
}

static int delete_unused(struct removing *removing, struct error **err)
{
    static const struct str_list none;
    struct str_list layers = { 0 };
    const struct store_image *record = removing->record;
    if (store_remove_image(removing->engine->store, removing->arena, record->id, &layers, err) < 0)
        return -1;
    note_untagged(removing, &none);
    str_list_add(removing->arena, &removing->removal->deleted, record->id);
    if (removing->docker) /* docker lists the layers that went as well */
        for (size_t i = 0; i < layers.count; i++)
            str_list_add(removing->arena, &removing->removal->deleted, layers.items[i]);
    return tell(removing, "delete", record->names.count ? record->names.items[0] : NULL, err);
}

static int delete(struct removing *removing, struct error **err)
{
    bool stays = false;
    if (check_users(removing, &stays, err) < 0)
        return -1;
    return stays ? untag_all(removing, err) : delete_unused(removing, err);
}

int image_remove_unused(struct engine *engine, struct arena *arena, const struct store_image *record, bool docker,
                        struct image_removal *ret_removal, struct error **err)
{
    struct removing removing = {
        .engine = engine, .arena = arena, .record = record, .key = record->id, .docker = docker, .by_id = true, .removal = ret_removal,
    };
    *ret_removal = (struct image_removal){ 0 };
    return check_users(&removing, &(bool){ false }, err) < 0 ? -1 : delete_unused(&removing, err);
}

int image_remove(struct engine *engine, struct arena *arena, const char *key, bool force, bool docker, bool noprune,
                 struct image_removal *ret_removal, struct error **err)
{
    (void)noprune; /* images have no untagged parents here */
    struct image_records records;
    *ret_removal = (struct image_removal){ 0 };
    if (image_read_records(engine, arena, &records, err) < 0)
        return -1;
    struct removing removing = { .engine = engine, .arena = arena, .key = key, .force = force, .docker = docker, .removal = ret_removal };
    removing.record = image_look_up(arena, &records, key, docker, err);
    if (!removing.record)
        return -1;
    const char *hex = str_starts(key, "sha256:") ? key + strlen("sha256:") : key;
    const char *name = typed_name(&removing);
    removing.by_id = !name && str_is_hex(hex) && str_starts(removing.record->id, hex);
    if (name && removing.record->names.count > 1)
        return untag(&removing, name, err);
    if (!name && removing.record->names.count > 1 && !force)
        return error_set_about(err, ERROR_CONFLICT, "image", key,
                               "conflict: unable to delete %.12s (must be forced) - image is referenced in multiple repositories", removing.record->id);
    return delete(&removing, err);
}
