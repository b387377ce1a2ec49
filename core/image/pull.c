/* From a name to an image in the store: which names it may be, where those are, and one place after the other. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/image/lookup.h"
#include "core/image/platform.h"
#include "core/image/pull_documents.h"
#include "core/image/pull_layers.h"
#include "core/image/tell.h"
#include "core/registry/registry.h"
#include "core/registry/settings.h"
#include "core/store/store.h"

#define MAX_TRIES 3

struct pull {
    struct engine *engine;
    struct arena *arena;
    const struct pull_options *options;
    struct platform platform;
    struct reference reference; /* full; the tag is NULL when there is a digest */
    const char *name;           /* the same as text: how it is stored */
    atomic_bool stop;
};

static int tell(const struct pull *pull, const struct pull_progress *progress, struct error **err)
{
    const struct pull_options *options = pull->options;
    return !options->progress || options->progress(options->context, progress, err) == 0 ? 0 : -1;
}

/* ---- one place ---- */

static const char *id_of_name(const struct pull *pull)
{
    struct image_records records;
    autoerror *none = NULL;
    if (image_read_records(pull->engine, pull->arena, &records, &none) < 0)
        return NULL;
    for (size_t i = 0; i < records.count; i++)
        if (str_list_has(&records.items[i].names, pull->name))
            return records.items[i].id;
    return NULL;
}

static int put_image(struct pull *pull, struct pull_documents *documents, char ret_id[65], struct error **err)
{
    const char *config_digest = image_digest(pull->arena, &documents->parts.config);
    const char *before = id_of_name(pull);
    if (tell(pull, &(struct pull_progress){ .phase = PULL_CONFIG, .digest = config_digest }, err) < 0 ||
        tell(pull, &(struct pull_progress){ .phase = PULL_MANIFEST, .digest = documents->digest }, err) < 0)
        return -1;
    documents->parts.names = (struct str_list){ &pull->name, 1 };
    if (image_assemble(pull->engine, pull->arena, &documents->parts, ret_id, err) < 0)
        return -1;
    if (image_tell(pull->engine, pull->arena, "pull", ret_id, pull->name, err) < 0)
        return -1;
    const struct pull_progress done = {
        .phase = PULL_DONE,
        .reference = pull->name,
        .digest = documents->digest,
        .id = ret_id,
        .updated = !str_eq(before, ret_id),
    };
    return tell(pull, &done, err);
}

static int stage_and_put_once(struct pull *pull, struct registry *registry, struct registry_link *link,
                              struct pull_documents *documents, char ret_id[65], struct error **err)
{
    const struct pull_layers layers = { pull->engine, registry, link, &pull->stop, pull->options };
    size_t count = documents->parts.diff_ids.count;
    struct store_staged **staged = arena_array(pull->arena, count + 1, sizeof *staged);
    documents->parts.staged = staged;
    int result = pull_layers_stage(&layers, pull->arena, documents, staged, err);
    if (result == 0)
        result = put_image(pull, documents, ret_id, err);
    for (size_t i = 0; i < count; i++)
        store_staged_free(staged[i]);
    return result;
}

/* A layer that the store had may go with another image before ours holds it. */
static int stage_and_put(struct pull *pull, struct registry *registry, struct registry_link *link,
                         struct pull_documents *documents, char ret_id[65], struct error **err)
{
    for (int tries = 1;; tries++) {
        if (stage_and_put_once(pull, registry, link, documents, ret_id, err) == 0)
            return 0;
        if (!str_eq((*err)->noun, "layer") || tries == MAX_TRIES)
            return -1;
        error_clear(err);
    }
}

/* An index has an entry for the platform or none; a manifest alone is for one platform, which may be another. */
static int check_platform(const struct pull *pull, const struct pull_documents *documents, struct error **err)
{
    const struct image_config *config = documents->config;
    const struct platform *wanted = &pull->platform;
    if (str_empty(pull->options->platform) || str_empty(config->architecture) ||
        (!strcmp(str_or(config->os, "linux"), wanted->os) && !strcmp(config->architecture, wanted->architecture)))
        return 0;
    return error_set_about(
        err, ERROR_NOT_FOUND, "platform", pull->options->platform,
        "image with reference %s was found but does not match the specified platform: wanted %s/%s, actual: %s/%s",
        image_familiar(pull->arena, pull->name), wanted->os, wanted->architecture, str_or(config->os, "linux"),
        config->architecture);
}

static int pull_with(struct pull *pull, struct registry *registry, const struct registry_endpoint *endpoint,
                     char ret_id[65], struct error **err)
{
    struct pull_documents documents = { 0 };
    const char *what = str_or(pull->reference.digest, pull->reference.tag);
    struct registry_link *link = registry_link_open(registry, err);
    if (!link)
        return -1;
    int result = pull_documents_read(link, pull->arena, what, &pull->platform, &documents, err);
    if (result < 0)
        error_wrap(err, "reading manifest %s in %s/%s", what, endpoint->auth_host, endpoint->repository);
    else
        result = check_platform(pull, &documents, err);
    const struct pull_progress resolved = { .phase = PULL_RESOLVED,
                                            .reference = pull->name,
                                            .digest = documents.digest };
    if (result == 0)
        result = tell(pull, &resolved, err);
    if (result == 0)
        result = stage_and_put(pull, registry, link, &documents, ret_id, err);
    registry_link_close(link);
    return result;
}

/* What the client sent is for the registry it named, not for a mirror of it. */
static const struct registry_auth *auth_for(const struct pull *pull, const struct registry_endpoint *endpoint,
                                            struct registry_auth *room)
{
    const struct registry_auth *sent = pull->options->auth;
    if (!sent || (!sent->places.count && strcmp(endpoint->auth_host, pull->reference.domain) != 0))
        return NULL;
    *room = registry_pick_auth(pull->arena, sent, endpoint->auth_host, endpoint->repository);
    return registry_auth_given(room) ? room : NULL;
}

static int pull_from(struct pull *pull, const struct registry_endpoint *endpoint, char ret_id[65], struct error **err)
{
    const bool *verify = pull->options->tls_verify;
    struct registry_auth room;
    const struct registry_options options = {
        .endpoint = endpoint,
        .auth = auth_for(pull, endpoint, &room),
        .insecure = verify && !*verify,
        .verify = verify && *verify,
        .stop = &pull->stop,
    };
    atomic_store(&pull->stop, false);
    struct registry *registry = registry_open(&options, err);
    if (!registry)
        return -1;
    int result = pull_with(pull, registry, endpoint, ret_id, err);
    registry_close(registry);
    return result;
}

/* ---- one name ---- */

/* A mirror that fails is passed over; the name's own place has the last word. */
static int pull_name(struct pull *pull, const char *name, char ret_id[65], struct error **err)
{
    struct registry_endpoints endpoints;
    if (reference_parse(pull->arena, name, "docker.io", &pull->reference, err) < 0)
        return -1;
    if (pull->reference.digest)
        pull->reference.tag = NULL;
    pull->name = reference_text(pull->arena, &pull->reference);
    if (registry_check_policy(pull->arena, &pull->reference, err) < 0 ||
        registry_find_endpoints(pull->arena, &pull->reference, &endpoints, err) < 0)
        return -1;
    for (size_t i = 0; i < endpoints.count; i++) {
        error_clear(err);
        if (pull_from(pull, &endpoints.items[i], ret_id, err) == 0)
            return 0;
        if ((*err)->kind == ERROR_CANCELLED)
            return -1;
    }
    return -1;
}

/* Every name that it may be, until one is there. */
static int pull_any(struct pull *pull, const struct str_list *names, char ret_id[65], struct error **err)
{
    struct str_list words = { 0 };
    for (size_t i = 0; i < names->count; i++) {
        error_clear(err);
        if (pull_name(pull, names->items[i], ret_id, err) == 0)
            return 0;
        if ((*err)->kind == ERROR_CANCELLED || names->count == 1)
            return -1;
        str_list_add(pull->arena, &words, arena_printf(pull->arena, "%s: %s", names->items[i], (*err)->message));
    }
    enum error_kind kind = (*err)->kind;
    error_clear(err);
    return error_set(err, kind, 0, "none of %zu places has it: %s", words.count, str_join(pull->arena, &words, "; "));
}

static bool is_full(struct arena *arena, const char *text)
{
    struct reference reference;
    autoerror *none = NULL;
    return reference_parse(arena, text, "", &reference, &none) == 0 && *reference.domain;
}

/* Full names that the client's one may stand for. */
static int find_names(struct pull *pull, struct str_list *names, struct error **err)
{
    const char *text = pull->options->reference;
    struct reference reference;
    if (reference_parse(pull->arena, text, "docker.io", &reference, err) < 0)
        return -1;
    bool hub = pull->options->docker && pull->engine->config->enforce_docker_hub;
    if (!hub && !is_full(pull->arena, text))
        return registry_expand_short_name(pull->arena, text, names, err);
    if (!reference.digest)
        reference.tag = str_or(reference.tag, "latest");
    str_list_add(pull->arena, names, reference_text(pull->arena, &reference));
    return 0;
}

/* ---- when to ask ---- */

enum pull_policy { POLICY_ALWAYS, POLICY_MISSING, POLICY_NEWER, POLICY_NEVER };

static int read_policy(const char *text, enum pull_policy *ret_policy, struct error **err)
{
    static const char *const words[] = { "always", "missing", "newer", "never" };
    *ret_policy = POLICY_ALWAYS;
    if (str_empty(text))
        return 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        *ret_policy = (enum pull_policy)i;
        if (!strcmp(text, words[i]))
            return 0;
    }
    return error_set(err, ERROR_INVALID, 0, "policy: \"%s\": expected always, missing, newer or never", text);
}

/* What the store has under that name, for the platform if one was asked for; NULL when nothing. */
static const struct image *find_local(const struct pull *pull)
{
    autoerror *none = NULL;
    const struct image *image =
        image_find(pull->engine, pull->arena, pull->options->reference, pull->options->docker, &none);
    if (!image || str_empty(pull->options->platform))
        return image;
    return str_eq(image->os, pull->platform.os) && str_eq(image->architecture, pull->platform.architecture) ? image
                                                                                                            : NULL;
}

static int use_local(const struct pull *pull, const struct image *image, char ret_id[65], struct error **err)
{
    const struct pull_progress done = {
        .phase = PULL_DONE, .reference = pull->options->reference, .digest = image->digest, .id = image->id
    };
    memcpy(ret_id, image->id, 65);
    return tell(pull, &done, err);
}

int image_pull(struct engine *engine, const struct pull_options *options, char ret_id[65], struct error **err)
{
    autoarena *arena = arena_new();
    struct pull pull = { .engine = engine, .arena = arena, .options = options };
    struct str_list names = { 0 };
    enum pull_policy policy;
    if (read_policy(options->policy, &policy, err) < 0 ||
        platform_parse(arena, options->platform, &pull.platform, err) < 0)
        return -1;
    const struct image *local = policy == POLICY_ALWAYS ? NULL : find_local(&pull);
    if (local && policy != POLICY_NEWER)
        return use_local(&pull, local, ret_id, err);
    if (policy == POLICY_NEVER)
        return error_set_about(err, ERROR_NOT_FOUND, "image", options->reference, "%s: image not known",
                               options->reference);
    if (find_names(&pull, &names, err) == 0 && pull_any(&pull, &names, ret_id, err) == 0)
        return 0;
    if (!local || (*err)->kind == ERROR_CANCELLED)
        return -1;
    error_clear(err);
    return use_local(&pull, local, ret_id, err);
}
