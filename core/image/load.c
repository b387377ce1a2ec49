/* docker-archive (docker save) and oci-archive, which may share one file. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/image/members.h"
#include "core/image/platform.h"
#include "core/image/tell.h"
#include "core/store/store.h"

#define MAX_IMAGES 1024

struct loading {
    struct engine *engine;
    struct arena *arena;
    struct members members;
    struct str_list *names; /* what was loaded */
};

static int add_name(struct loading *load, struct image_parts *parts, const char *text, struct error **err)
{
    struct reference reference;
    if (reference_parse(load->arena, text, "docker.io", &reference, err) < 0)
        return -1;
    if (reference.digest)
        return error_set(err, ERROR_INVALID, 0, "name \"%s\" in the archive has a digest: expected NAME:TAG", text);
    reference.tag = str_or(reference.tag, "latest");
    str_list_add(load->arena, &parts->names, reference_text(load->arena, &reference));
    return 0;
}

static bool has_layer(struct loading *load, const char *id)
{
    autoerror *none = NULL;
    return store_layer(load->engine->store, load->arena, id, &none);
}

static int check_layer(const char *path, const char *wanted, struct store_staged *staged, struct error **err)
{
    const char *got = store_staged_diff_digest(staged);
    if (!strcmp(wanted, got))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "layer %s: its digest is %s, expected %s as the configuration says", path,
                     got, wanted);
}

/* Layers by their paths in the archive; what the store has is not unpacked again. */
static int take_layers(struct loading *load, struct image_parts *parts, const struct str_list *paths,
                       const struct str_list *digests, int64_t *sizes, struct error **err)
{
    struct str_list ids = image_layer_ids(load->arena, &parts->diff_ids);
    parts->staged = arena_array(load->arena, paths->count + 1, sizeof *parts->staged);
    for (size_t i = 0; i < paths->count; i++) {
        const struct member *member = members_find(&load->members, paths->items[i]);
        if (has_layer(load, ids.items[i]) && (!member || !member->staged)) {
            autoerror *none = NULL;
            const struct store_layer *layer = store_layer(load->engine->store, load->arena, ids.items[i], &none);
            sizes[i] = layer ? layer->diff_size : 0;
            continue;
        }
        parts->staged[i] = members_layer(&load->members, paths->items[i], digests ? digests->items[i] : NULL, err);
        if (!parts->staged[i] || check_layer(paths->items[i], parts->diff_ids.items[i], parts->staged[i], err) < 0)
            return -1;
        sizes[i] = store_staged_diff_size(parts->staged[i]);
    }
    return 0;
}

static int finish(struct loading *load, struct image_parts *parts, struct error **err)
{
    char id[65];
    if (image_assemble(load->engine, load->arena, parts, id, err) < 0)
        return -1;
    for (size_t i = 0; i < parts->names.count; i++)
        if (!str_list_has(load->names, parts->names.items[i]))
            str_list_add(load->arena, load->names, parts->names.items[i]);
    const char *digest = arena_printf(load->arena, "sha256:%s", id);
    if (!parts->names.count)
        str_list_add(load->arena, load->names, digest);
    return image_tell(load->engine, load->arena, "load", id, parts->names.count ? parts->names.items[0] : NULL, err);
}

static int check_count(const struct image_parts *parts, size_t layers, struct error **err)
{
    if (parts->diff_ids.count == layers)
        return 0;
    return error_set(err, ERROR_INVALID, 0, "the archive gives an image %zu layers, its configuration says %zu", layers,
                     parts->diff_ids.count);
}

/* ---- docker-archive ---- */

static int load_entry(struct loading *load, const struct image_archive_entry *entry, struct error **err)
{
    struct image_parts parts = { 0 };
    struct str_list paths = { 0 };
    if (members_document(&load->members, path_clean(load->arena, entry->config) + 1, &parts.config, err) < 0)
        return -1;
    const struct image_config *config = image_read_config(load->arena, &parts.config, err);
    if (!config)
        return -1;
    parts.diff_ids = config->rootfs.diff_ids;
    for (size_t i = 0; i < entry->layers.count; i++)
        str_list_add(load->arena, &paths, path_clean(load->arena, entry->layers.items[i]) + 1);
    for (size_t i = 0; i < entry->repo_tags.count; i++)
        if (add_name(load, &parts, entry->repo_tags.items[i], err) < 0)
            return -1;
    int64_t *sizes = arena_array(load->arena, paths.count + 1, sizeof *sizes);
    if (check_count(&parts, paths.count, err) < 0 || take_layers(load, &parts, &paths, NULL, sizes, err) < 0)
        return -1;
    struct image_layer_size *layers = arena_array(load->arena, paths.count + 1, sizeof *layers);
    for (size_t i = 0; i < paths.count; i++)
        layers[i] = (struct image_layer_size){ parts.diff_ids.items[i], sizes[i] };
    parts.manifest = image_write_manifest(load->arena, &parts.config, layers, paths.count, true);
    return finish(load, &parts, err);
}

static int load_docker(struct loading *load, struct error **err)
{
    struct image_document document;
    size_t count;
    if (members_document(&load->members, "manifest.json", &document, err) < 0)
        return -1;
    const struct image_archive_entry *entries = schema_decode_list(load->arena, image_archive_entry_schema(), document.text,
                                                                   document.len, SCHEMA_LIMITS, &count, err);
    if (!entries)
        return error_wrap(err, "manifest.json");
    if (!count || count > MAX_IMAGES)
        return error_set(err, ERROR_INVALID, 0, "manifest.json lists %zu images: expected 1 to %d", count, MAX_IMAGES);
    for (size_t i = 0; i < count; i++)
        if (load_entry(load, &entries[i], err) < 0)
            return -1;
    return 0;
}

/* ---- oci-archive ---- */

static int blob_path(struct loading *load, const char *digest, const char **ret_path, struct error **err)
{
    if (!str_starts(digest, "sha256:") || strlen(digest) != 7 + 64 || !str_is_hex(digest + 7))
        return error_set(err, ERROR_INVALID, 0, "digest \"%s\": expected sha256: and 64 hex digits", digest);
    *ret_path = arena_printf(load->arena, "blobs/sha256/%s", digest + 7);
    return 0;
}

static int blob_document(struct loading *load, const char *digest, struct image_document *ret_document, struct error **err)
{
    const char *path;
    if (blob_path(load, digest, &path, err) < 0 || members_document(&load->members, path, ret_document, err) < 0)
        return -1;
    const char *got = image_digest(load->arena, ret_document);
    if (strcmp(got, digest) != 0)
        return error_set(err, ERROR_INVALID, 0, "%s: its digest is %s", path, got);
    return 0;
}

/* The name beside an entry: a full one, or a tag that says nothing about what it is a tag of. */
static int name_of(struct loading *load, const struct image_index_entry *entry, struct image_parts *parts, struct error **err)
{
    const char *name = str_map_get(&entry->annotations, "io.containerd.image.name");
    if (str_empty(name))
        name = str_map_get(&entry->annotations, "org.opencontainers.image.ref.name");
    if (str_empty(name))
        return 0;
    return add_name(load, parts, name, err);
}

static int load_manifest(struct loading *load, const char *digest, struct image_parts *parts, struct error **err)
{
    struct str_list paths = { 0 }, digests = { 0 };
    if (blob_document(load, digest, &parts->manifest, err) < 0)
        return -1;
    const struct image_manifest *manifest = schema_decode(load->arena, image_manifest_schema(), parts->manifest.text,
                                                          parts->manifest.len, SCHEMA_LIMITS, NULL, err);
    if (!manifest)
        return error_wrap(err, "manifest %s", digest);
    if (blob_document(load, str_or(manifest->config.digest, ""), &parts->config, err) < 0)
        return -1;
    const struct image_config *config = image_read_config(load->arena, &parts->config, err);
    if (!config)
        return -1;
    parts->diff_ids = config->rootfs.diff_ids;
    for (size_t i = 0; i < manifest->layers.count; i++) {
        const char *path;
        if (blob_path(load, manifest->layers.items[i].digest, &path, err) < 0)
            return -1;
        str_list_add(load->arena, &paths, path);
        str_list_add(load->arena, &digests, manifest->layers.items[i].digest);
    }
    int64_t *sizes = arena_array(load->arena, paths.count + 1, sizeof *sizes);
    if (check_count(parts, paths.count, err) < 0 || take_layers(load, parts, &paths, &digests, sizes, err) < 0)
        return -1;
    return finish(load, parts, err);
}

static const struct image_index *read_index(struct loading *load, const struct image_document *document, struct error **err)
{
    const struct image_index *index =
        schema_decode(load->arena, image_index_schema(), document->text, document->len, SCHEMA_LIMITS, NULL, err);
    if (!index)
        error_wrap(err, "the archive's index");
    return index;
}

static bool is_index(const struct image_index_entry *entry)
{
    return str_eq(entry->media_type, MEDIA_OCI_INDEX) || str_eq(entry->media_type, MEDIA_DOCKER_LIST);
}

static int load_oci_entry(struct loading *load, const struct image_index_entry *entry, struct error **err)
{
    struct image_parts parts = { 0 };
    const char *digest = entry->digest;
    struct platform platform;
    if (name_of(load, entry, &parts, err) < 0 || platform_parse(load->arena, NULL, &platform, err) < 0)
        return -1;
    if (is_index(entry)) {
        if (blob_document(load, digest, &parts.index, err) < 0)
            return -1;
        const struct image_index *index = read_index(load, &parts.index, err);
        const struct image_index_entry *chosen = index ? platform_choose(index, &platform) : NULL;
        if (!chosen)
            return index ? error_set(err, ERROR_INVALID, 0, "no image for %s/%s in the archive's index", platform.os,
                                     platform.architecture)
                         : -1;
        digest = chosen->digest;
    }
    return load_manifest(load, digest, &parts, err);
}

static int load_oci(struct loading *load, struct error **err)
{
    struct image_document document;
    if (members_document(&load->members, "index.json", &document, err) < 0)
        return -1;
    const struct image_index *index = read_index(load, &document, err);
    if (!index)
        return -1;
    if (!index->manifests.count || index->manifests.count > MAX_IMAGES)
        return error_set(err, ERROR_INVALID, 0, "index.json lists %zu images: expected 1 to %d", index->manifests.count,
                         MAX_IMAGES);
    for (size_t i = 0; i < index->manifests.count; i++)
        if (load_oci_entry(load, &index->manifests.items[i], err) < 0)
            return -1;
    return 0;
}

static int load_images(struct loading *load, const struct source *from, struct error **err)
{
    if (members_read(&load->members, from, err) < 0)
        return -1;
    if (members_find(&load->members, "manifest.json"))
        return load_docker(load, err);
    if (members_find(&load->members, "index.json"))
        return load_oci(load, err);
    return error_set(err, ERROR_INVALID, 0, "the archive is no image: expected a manifest.json or an index.json in it");
}

int image_load(struct engine *engine, struct arena *arena, const struct source *from, struct str_list *ret_names,
               struct error **err)
{
    struct loading load = { engine, arena, { .engine = engine, .arena = arena }, ret_names };
    int result = load_images(&load, from, err);
    members_free(&load.members);
    return result;
}
