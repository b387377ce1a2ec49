/* POST /libpod/images/pull */
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define PULL_PARAMS(P)                                                                                     \
    P(QUERY, STR, reference, "reference", NULL, "What to pull")                                            \
    P(QUERY, BOOL, quiet, "quiet", "false", "Only the ids at the end")                                     \
    P(QUERY, BOOL, compat_mode, "compatMode", "false", "Docker's progress lines: not sent on this surface") \
    P(QUERY, ENUM, policy, "policy", "always|missing|newer|never", "When the registry is asked")           \
    P(QUERY, STR, arch, "Arch", NULL, "Architecture instead of the host's")                                \
    P(QUERY, STR, os, "OS", NULL, "Operating system instead of linux")                                     \
    P(QUERY, STR, variant, "Variant", NULL, "Variant of the architecture")                                 \
    P(QUERY, OPT_BOOL, tls_verify, "tlsVerify", NULL, "Check certificates; absent: as registries.conf says") \
    P(QUERY, BOOL, all_tags, "allTags", "false", "Every tag: not supported")                               \
    P(QUERY, STR, authfile, "authfile", NULL, "Heard: podman-remote reads it and sends X-Registry-Auth")   \
    P(QUERY, STR, retry, "retry", NULL, "Heard: transfers are retried as containers.conf says")            \
    P(QUERY, STR, retry_delay, "retrydelay", NULL, "Heard: as retry")                                      \
    P(HEADER, STR, auth, "X-Registry-Auth", NULL, "Credentials, base64 of JSON")
PARAMS(image_pull_params, PULL_PARAMS)

struct pull_stream {
    struct call *call;
    bool quiet;
};

static const char *short_digest(struct arena *arena, const char *digest)
{
    const char *hex = strchr(digest, ':');
    return arena_strndup(arena, hex ? hex + 1 : digest, 12);
}

/* podman's words, one line of text per step. */
static const char *progress_text(struct arena *arena, const struct pull_progress *at)
{
    switch (at->phase) {
    case PULL_RESOLVED: return arena_printf(arena, "Trying to pull %s...\n", at->reference);
    case PULL_LAYER_SEEN: return arena_printf(arena, "Copying blob sha256:%s\n", short_digest(arena, at->layer));
    case PULL_LAYER_EXISTS: return arena_printf(arena, "Copying blob %s skipped: already exists\n", short_digest(arena, at->layer));
    case PULL_LAYER_DONE: return arena_printf(arena, "Copying blob %s done\n", short_digest(arena, at->layer));
    case PULL_CONFIG: return arena_printf(arena, "Copying config %s\n", short_digest(arena, at->digest));
    case PULL_MANIFEST: return "Writing manifest to image destination\n";
    default: return NULL;
    }
}

static int send_progress(void *context, const struct pull_progress *at, struct error **err)
{
    const struct pull_stream *stream = context;
    struct call *call = stream->call;
    const char *text = stream->quiet ? NULL : progress_text(call->arena, at);
    if (!text || (at->phase == PULL_RESOLVED && !at->reference))
        return 0;
    const struct libpod_pull_report line = { .stream = text };
    return reply_next(call, libpod_pull_report_schema(), &line, err);
}

static const char *platform_of(struct arena *arena, const struct image_pull_params *p)
{
    if (str_empty(p->arch) && str_empty(p->os) && str_empty(p->variant))
        return NULL;
    const char *os = str_or(p->os, "linux");
    if (str_empty(p->arch))
        return os;
    return str_empty(p->variant) ? arena_printf(arena, "%s/%s", os, p->arch) : arena_printf(arena, "%s/%s/%s", os, p->arch, p->variant);
}

static const char *without_transport(const char *reference)
{
    return !strncmp(reference, "docker://", 9) ? reference + 9 : reference;
}

static int post_pull(struct call *call, struct error **err)
{
    const struct image_pull_params *p = call->params;
    struct registry_auth auth = { 0 };
    struct pull_stream stream = { call, p->quiet };
    if (str_empty(p->reference))
        return error_set(err, ERROR_INVALID, 0, "reference: missing, expected what to pull");
    if (p->all_tags)
        return error_set(err, ERROR_UNSUPPORTED, 0, "allTags: true is not supported: pull each tag by name");
    if (!str_empty(p->auth) && registry_auth_decode(call->arena, p->auth, &auth, err) < 0)
        return -1;
    const struct pull_options options = {
        .reference = without_transport(p->reference),
        .platform = platform_of(call->arena, p),
        .policy = p->policy,
        .auth = registry_auth_given(&auth) ? &auth : NULL,
        .tls_verify = p->tls_verify,
        .progress = send_progress,
        .context = &stream,
    };
    char id[65];
    if (image_pull(call->engine, &options, id, err) < 0) {
        if (!call->begun)
            return -1;
        const struct libpod_pull_report failed = { .error = arena_strdup(call->arena, (*err)->message) };
        error_clear(err);
        return reply_next(call, libpod_pull_report_schema(), &failed, err);
    }
    struct libpod_pull_report done = { .id = id };
    str_list_add(call->arena, &done.images, id);
    return reply_next(call, libpod_pull_report_schema(), &done, err);
}

const struct route libpod_images_pull[] = {
    {
        ROUTE(POST, "/libpod/images/pull"),
        .id = "ImagePullLibpod",
        .tag = "images",
        .summary = "Pull an image from a registry",
        .params = image_pull_params_table,
        .rights = "images:pull",
        .handler = post_pull,
        .responses = {
            { 200, libpod_pull_report_schema, "Progress, then the ids; an error after the first line is the last line", STREAM, NULL },
            BAD_PARAMETER,
            { 401, NULL, "The registry wants credentials", REPLY_OBJECT, NULL },
            { 403, NULL, "The registry or the policy refuses", REPLY_OBJECT, NULL },
            NO_SUCH_IMAGE,
            { 501, NULL, "Something asked for is not supported", REPLY_OBJECT, NULL },
            { 503, NULL, "The registry does not answer", REPLY_OBJECT, NULL },
            INTERNAL_ERROR,
        },
    },
    { 0 },
};
