#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/image/lookup.h"
#include "core/image/tell.h"
#include "core/store/store.h"

/* The full name a reference stands for; names without host are docker.io's or localhost's. */
static const char *full_name(struct arena *arena, const char *text, bool docker, struct error **err)
{
    struct reference reference;
    if (reference_parse(arena, text, docker ? "docker.io" : "localhost", &reference, err) < 0)
        return NULL;
    if (reference.digest) {
        error_set(err, ERROR_INVALID, 0, "reference: \"%s\" has a digest: expected NAME[:TAG]", text);
        return NULL;
    }
    reference.tag = str_or(reference.tag, "latest");
    return reference_text(arena, &reference);
}

/* A name sha256:abc would read as the beginning of an id from then on; docker and podman refuse it too. */
static int check_ambiguous(const char *text, struct error **err)
{
    size_t len = strcspn(text, ":");
    if (len != strlen("sha256") || memcmp(text, "sha256", len))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "reference: \"%s\" reads as a digest: expected NAME[:TAG], NAME not sha256",
                     text);
}

int image_tag(struct engine *engine, const char *key, const char *reference, bool docker, struct error **err)
{
    autoarena *arena = arena_new();
    struct image_records records;
    if (check_ambiguous(reference, err) < 0)
        return -1;
    const char *name = full_name(arena, reference, docker, err);
    if (!name || image_read_records(engine, arena, &records, err) < 0)
        return -1;
    const struct store_image *record = image_look_up(arena, &records, key, docker, err);
    if (!record || store_change_image_name(engine->store, record->id, name, NULL, err) < 0)
        return -1;
    return image_tell(engine, arena, "tag", record->id, name, err);
}

int image_untag(struct engine *engine, const char *key, const char *reference, bool docker, struct error **err)
{
    autoarena *arena = arena_new();
    struct image_records records;
    if (image_read_records(engine, arena, &records, err) < 0)
        return -1;
    const struct store_image *record = image_look_up(arena, &records, key, docker, err);
    if (!record)
        return -1;
    if (str_empty(reference)) { /* all of them */
        static const struct str_list none;
        if (store_set_image_names(engine->store, record->id, &none, err) < 0)
            return -1;
        return image_tell(engine, arena, "untag", record->id, NULL, err);
    }
    const char *name = full_name(arena, reference, docker, err);
    if (!name)
        return -1;
    if (!str_list_has(&record->names, name))
        return error_set_about(err, ERROR_NOT_FOUND, "image", reference, "image %s is not called %s", key, name);
    if (store_change_image_name(engine->store, record->id, NULL, name, err) < 0)
        return -1;
    return image_tell(engine, arena, "untag", record->id, name, err);
}
