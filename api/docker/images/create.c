/* POST /images/create */
#include <string.h>

#include "api/call.h"
#include "api/docker/images/names.h"
#include "api/docker/images/progress.h"
#include "api/docker/images_tables.h"
#include "api/docker/registry.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"

#define CREATE_PARAMS(P)                                                                              \
    P(QUERY, STR, from_image, "fromImage", NULL, "Pull this; with a tag or digest, or see tag")       \
    P(QUERY, STR, from_source, "fromSrc", NULL, "Import: - is the body, anything else is not fetched") \
    P(QUERY, STR, repo, "repo", NULL, "Name of what is imported")                                     \
    P(QUERY, STR, tag, "tag", NULL, "Tag or digest to pull, every tag by default; tag of what is imported, latest by default") \
    P(QUERY, STR, message, "message", NULL, "Comment on what is imported")                            \
    P(QUERY, LIST, changes, "changes", NULL, "Dockerfile instructions for what is imported")          \
    P(QUERY, STR, platform, "platform", NULL, "os[/arch[/variant]]; the host's by default")           \
    P(HEADER, STR, auth, "X-Registry-Auth", NULL, "Credentials, base64 of JSON")
PARAMS(image_create_params, CREATE_PARAMS)

/* ---- pull ---- */

/* dockerd's words, which clients tell apart; what a registry keeps to itself is not there for who may not see it. */
static int pull_failed(const char *reference, struct error **err)
{
    autoerror *why = *err;
    *err = NULL;
    if (why->kind == ERROR_NOT_FOUND && !str_eq(why->noun, "platform"))
        return error_set_about(err, ERROR_NOT_FOUND, "image", reference, "manifest for %s not found: %s", reference, why->message);
    if (why->kind == ERROR_UNAUTHORIZED)
        return error_set_about(err, ERROR_NOT_FOUND, "image", reference,
                               "pull access denied for %s, repository does not exist or may require 'docker login': %s",
                               reference, why->message);
    *err = why;
    why = NULL;
    return -1;
}

/* Without tag and digest Docker pulls every tag. */
static int pull_each(struct call *call, struct pull_options *options, struct docker_pull *pull, struct error **err)
{
    const char *repository = options->reference;
    struct str_list names;
    char id[65];
    pull->several = true;
    if (image_pull_list(call->arena, options, &names, err) < 0)
        return -1;
    if (!names.count)
        return error_set_about(err, ERROR_NOT_FOUND, "image", repository, "%s has no tags", repository);
    for (size_t i = 0; i < names.count; i++) {
        options->reference = names.items[i];
        if (image_pull(call->engine, options, id, err) < 0)
            return -1;
    }
    return docker_send_status(pull, repository, err);
}

static int pull_any(struct call *call, const char *name, struct pull_options *options, struct error **err)
{
    const bool unverified = false;
    struct reference reference;
    struct docker_pull pull = { .call = call };
    char id[65];
    if (reference_parse(call->arena, name, "docker.io", &reference, err) < 0)
        return -1;
    options->reference = name;
    options->docker = true;
    options->tls_verify = docker_is_loopback(reference.domain) ? &unverified : NULL;
    options->progress = docker_send_pull;
    options->context = &pull;
    return reference.tag || reference.digest ? image_pull(call->engine, options, id, err) : pull_each(call, options, &pull, err);
}

static int pull(struct call *call, const struct image_create_params *p, struct error **err)
{
    struct registry_auth auth = { 0 };
    const char *reference = docker_join_reference(call, p->from_image, p->tag, err);
    if (!reference || (!str_empty(p->auth) && registry_auth_decode(call->arena, p->auth, &auth, err) < 0))
        return -1;
    struct pull_options options = { .platform = p->platform, .auth = registry_auth_given(&auth) ? &auth : NULL };
    if (pull_any(call, reference, &options, err) == 0)
        return 0;
    pull_failed(reference, err);
    if (!call->begun)
        return -1;
    autoerror *failure = *err;
    *err = NULL;
    return docker_send_error(call, failure, err);
}

/* ---- import ---- */

static int import(struct call *call, const struct image_create_params *p, struct error **err)
{
    struct image_import_options options = { .message = p->message, .platform = p->platform, .changes = p->changes, .docker = true };
    if (strcmp(p->from_source, "-") != 0)
        return error_set(err, ERROR_UNSUPPORTED, 0, "fromSrc: \"%s\" is not fetched: expected -, and the archive as the body",
                         p->from_source);
    if (!str_empty(p->repo) && !(options.reference = docker_join_reference(call, p->repo, p->tag, err)))
        return -1;
    const struct source body = call_body(call);
    char id[65];
    if (image_import(call->engine, &body, &options, id, err) < 0)
        return -1;
    const struct docker_progress made = { .status = docker_image_id(call, id) };
    return reply_next(call, docker_progress_schema(), &made, err);
}

static int post_create(struct call *call, struct error **err)
{
    const struct image_create_params *p = call->params;
    if (str_empty(p->from_image) == str_empty(p->from_source))
        return error_set(err, ERROR_INVALID, 0, "fromImage, fromSrc: expected one of them");
    return str_empty(p->from_source) ? pull(call, p, err) : import(call, p, err);
}

const struct route docker_images_create[] = {
    {
        ROUTE(POST, "/images/create"),
        .id = "ImageCreate",
        .tag = "images",
        .summary = "Pull an image from a registry, or make one from a root file system archive",
        .params = image_create_params_table,
        .body_kind = BODY_STREAM,
        .rights = "images:pull",
        .handler = post_create,
        .responses = {
            { 200, docker_progress_schema, "Progress; what goes wrong after the first line is the last line", STREAM, NULL },
            BAD_PARAMETER,
            { 403, NULL, "The registry or the policy refuses", REPLY_OBJECT, NULL },
            { 404, NULL, "The registry has no such image, or none for the platform, or not for this client", REPLY_OBJECT, NULL },
            { 501, NULL, "Something asked for is not supported", REPLY_OBJECT, NULL },
            { 503, NULL, "The registry does not answer", REPLY_OBJECT, NULL },
            INTERNAL_ERROR,
        },
    },
    { 0 },
};
