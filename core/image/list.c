#include <fnmatch.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/image/load_record.h"
#include "core/image/lookup.h"
#include "core/store/store.h"

static const struct {
    const char *key;
    size_t offset;
} list_keys[] = {
    { "reference", offsetof(struct image_filters, reference) }, { "label", offsetof(struct image_filters, label) },
    { "label!", offsetof(struct image_filters, label_not) },    { "before", offsetof(struct image_filters, before) },
    { "since", offsetof(struct image_filters, since) },         { "after", offsetof(struct image_filters, since) },
    { "until", offsetof(struct image_filters, until) },         { "id", offsetof(struct image_filters, id) },
    { "digest", offsetof(struct image_filters, digest) },
};
static const struct {
    const char *key;
    size_t offset;
} truth_keys[] = {
    { "dangling", offsetof(struct image_filters, dangling) },
    { "intermediate", offsetof(struct image_filters, intermediate) },
    { "readonly", offsetof(struct image_filters, readonly) },
    { "containers", offsetof(struct image_filters, containers) },
};

static const char *truth(const char *value)
{
    if (!strcasecmp(value, "true") || !strcmp(value, "1"))
        return "true";
    return !strcasecmp(value, "false") || !strcmp(value, "0") ? "false" : NULL;
}

int image_filter_add(struct arena *arena, struct image_filters *filters, const char *key, const char *value, struct error **err)
{
    int64_t when;
    for (size_t i = 0; i < sizeof list_keys / sizeof *list_keys; i++) {
        if (strcmp(list_keys[i].key, key))
            continue;
        if (!strcmp(key, "until") && clock_parse_when(value, clock_now(), "filters: until", &when, err) < 0)
            return -1;
        str_list_add(arena, (struct str_list *)((char *)filters + list_keys[i].offset), value);
        return 0;
    }
    for (size_t i = 0; i < sizeof truth_keys / sizeof *truth_keys; i++) {
        if (strcmp(truth_keys[i].key, key))
            continue;
        const char *word = truth(value);
        if (!word)
            return error_set(err, ERROR_INVALID, 0, "filters: %s: \"%s\" is not true or false", key, value);
        *(const char **)((char *)filters + truth_keys[i].offset) = word;
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0,
                     "filters: \"%s\" is not known: expected reference, label, label!, before, since, after, until, id, digest, dangling, "
                     "intermediate, readonly or containers", key);
}

static const char *without_tag(struct arena *arena, const char *name)
{
    const char *colon = strrchr(name, ':'), *slash = strrchr(name, '/'), *at = strchr(name, '@');
    const char *end = at ? at : colon && (!slash || colon > slash) ? colon : NULL;
    return end ? arena_strndup(arena, name, (size_t)(end - name)) : name;
}

/* A pattern matches the familiar name, with or without tag; outside Docker's dialect also the full one, or its last parts. */
static bool name_matches(struct arena *arena, const char *full, const char *pattern, bool docker)
{
    const char *forms[] = { image_familiar(arena, full), full };
    for (size_t i = 0; i < (docker ? 1 : 2); i++) {
        const char *name = forms[i], *bare = without_tag(arena, name);
        if (!fnmatch(pattern, name, FNM_PATHNAME) || !fnmatch(pattern, bare, FNM_PATHNAME))
            return true;
        for (const char *part = strchr(bare, '/'); part && !docker && !strchr(pattern, '/'); part = strchr(part + 1, '/'))
            if (!fnmatch(pattern, name + (part + 1 - bare), FNM_PATHNAME) || !fnmatch(pattern, part + 1, FNM_PATHNAME))
                return true;
    }
    return false;
}

static struct str_list matching(struct arena *arena, const struct str_list *names, const struct str_list *patterns, bool docker)
{
    struct str_list kept = { 0 };
    for (size_t i = 0; i < names->count; i++)
        for (size_t j = 0; j < patterns->count; j++)
            if (name_matches(arena, names->items[i], patterns->items[j], docker)) {
                str_list_add(arena, &kept, names->items[i]);
                break;
            }
    return kept;
}

/* reference= also hides the names that do not match. */
static bool keep_names(struct arena *arena, struct image *image, const struct str_list *patterns, bool docker)
{
    if (!patterns->count)
        return true;
    image->names = matching(arena, &image->names, patterns, docker);
    image->repo_digests = matching(arena, &image->repo_digests, patterns, docker);
    return image->names.count + image->repo_digests.count > 0;
}

static bool has_label(const struct str_map *labels, const char *wanted)
{
    const char *equals = strchr(wanted, '=');
    size_t len = equals ? (size_t)(equals - wanted) : strlen(wanted);
    for (size_t i = 0; i < labels->count; i++)
        if (strlen(labels->items[i].key) == len && !strncmp(labels->items[i].key, wanted, len))
            return !equals || !strcmp(labels->items[i].value, equals + 1);
    return false;
}

static bool labels_match(const struct image_filters *filters, const struct image *image)
{
    for (size_t i = 0; i < filters->label.count; i++)
        if (!has_label(&image->labels, filters->label.items[i]))
            return false;
    for (size_t i = 0; i < filters->label_not.count; i++)
        if (has_label(&image->labels, filters->label_not.items[i]))
            return false;
    return true;
}

struct listing {
    struct engine *engine;
    struct arena *arena;
    const struct image_filters *filters;
    bool docker;
    int64_t before, since; /* creation times; 0: none */
    struct container_list users;
};

static bool in_use(const struct listing *listing, const struct image *image)
{
    for (size_t i = 0; i < listing->users.count; i++)
        if (container_uses_image(listing->users.items[i], image->id))
            return true;
    return false;
}

static bool until_matches(const struct image_filters *filters, const struct image *image)
{
    for (size_t i = 0; i < filters->until.count; i++) {
        int64_t when = 0;
        autoerror *ignored = NULL;
        if (!clock_parse_when(filters->until.items[i], clock_now(), "until", &when, &ignored) && image->created_unix_ns > when)
            return false;
    }
    return true;
}

static bool id_matches(const struct image_filters *filters, const struct image *image)
{
    bool found = filters->id.count == 0;
    for (size_t i = 0; i < filters->id.count; i++) {
        const char *id = filters->id.items[i];
        found |= str_starts(image->id, str_starts(id, "sha256:") ? id + 7 : id);
    }
    if (!found)
        return false;
    return !filters->digest.count || str_list_has(&filters->digest, image->digest);
}

static bool matches(const struct listing *listing, struct image *image)
{
    const struct image_filters *filters = listing->filters;
    bool dangling = image->names.count == 0;
    if (filters->dangling && dangling != !strcmp(filters->dangling, "true"))
        return false;
    if (filters->readonly && !strcmp(filters->readonly, "true")) /* one store, and it is written to */
        return false;
    if (filters->intermediate && !strcmp(filters->intermediate, "true"))
        return false;
    if (filters->containers && in_use(listing, image) != !strcmp(filters->containers, "true"))
        return false;
    if ((listing->before && image->created_unix_ns >= listing->before) || (listing->since && image->created_unix_ns <= listing->since))
        return false;
    return labels_match(filters, image) && until_matches(filters, image) && id_matches(filters, image) &&
           keep_names(listing->arena, image, &filters->reference, listing->docker);
}

static int newest_first(const void *a, const void *b)
{
    const struct image *left = a, *right = b;
    return left->created_unix_ns < right->created_unix_ns ? 1 : left->created_unix_ns > right->created_unix_ns ? -1 : strcmp(left->id, right->id);
}

static int bound_of(struct listing *listing, const struct str_list *keys, int64_t *ret_time, struct error **err)
{
    if (!keys->count)
        return 0;
    const struct image *image = image_find(listing->engine, listing->arena, keys->items[0], listing->docker, err);
    if (!image)
        return -1;
    *ret_time = image->created_unix_ns;
    return 0;
}

static int collect(struct listing *listing, struct image **ret_images, size_t *ret_count, struct error **err)
{
    struct image_records records;
    struct store_layer *layers;
    size_t layer_count, count = 0;
    if (image_read_records(listing->engine, listing->arena, &records, err) < 0 ||
        store_layers(listing->engine->store, listing->arena, &layers, &layer_count, err) < 0)
        return -1;
    struct image *images = arena_array(listing->arena, records.count, sizeof *images);
    for (size_t i = 0; i < records.count; i++) {
        autoerror *gone = NULL; /* removed by another program since the records were read */
        if (image_from_record(listing->engine, listing->arena, &records.items[i], layers, layer_count, &images[count], &gone) == 0 &&
            matches(listing, &images[count]))
            count++;
    }
    qsort(images, count, sizeof *images, newest_first);
    *ret_images = images;
    *ret_count = count;
    return 0;
}

int image_list(struct engine *engine, struct arena *arena, const struct image_filters *filters, bool all, bool docker,
               struct image **ret_images, size_t *ret_count, struct error **err)
{
    (void)all; /* intermediate images are a thing of old builders: the store has none */
    static const struct container_filters every;
    struct listing listing = { .engine = engine, .arena = arena, .filters = filters, .docker = docker };
    if (bound_of(&listing, &filters->before, &listing.before, err) < 0 ||
        bound_of(&listing, &filters->since, &listing.since, err) < 0)
        return -1;
    if (filters->containers && container_list(engine, &every, true, 0, &listing.users, err) < 0)
        return -1;
    int rc = collect(&listing, ret_images, ret_count, err);
    container_list_free(&listing.users);
    return rc;
}

int image_count(struct engine *engine, int64_t *ret_count, struct error **err)
{
    autoarena *arena = arena_new();
    struct image_records records;
    if (image_read_records(engine, arena, &records, err) < 0)
        return -1;
    *ret_count = (int64_t)records.count;
    return 0;
}
