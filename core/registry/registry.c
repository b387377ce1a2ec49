#include "core/registry/registry.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/base/mem.h"
#include "core/base/sink.h"
#include "core/image/image.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"
#include "core/registry/refusal.h"
#include "core/registry/retry.h"
#include "core/registry/settings.h"
#include "core/registry/token.h"

#define MAX_MANIFEST (4u << 20)
#define MAX_DRAINED 65536

int link_read_body(struct exchange *exchange, struct buf *into, struct error **err)
{
    for (;;) {
        char *room = buf_reserve(into, 16384);
        if (!room)
            return error_set(err, ERROR_TOO_LARGE, 0, "the answer has more than %zu bytes", into->max);
        long n = exchange_read(exchange, room, 16384, err);
        if (n <= 0)
            return (int)n;
        into->len += (size_t)n;
    }
}

/* Reads what nobody wants to know, if it is short: the connection is good for more then. */
static void drain(struct exchange *exchange)
{
    autobuf body = BUF(MAX_DRAINED);
    autoerror *none = NULL;
    link_read_body(exchange, &body, &none);
}

/* GET /v2/ by one scheme. A 401 tells how to get in. */
static int ping(struct registry *registry, struct exchange *exchange, const char *scheme, bool unverified,
                struct error **err)
{
    autoarena *arena = arena_new();
    struct exchange_answer answer;
    const struct exchange_request request = {
        .url = arena_printf(arena, "%s://%s/v2/", scheme, registry->endpoint->host),
        .certs = &registry->certs,
        .unverified = unverified,
    };
    if (exchange_begin(exchange, arena, &request, &answer, err) < 0)
        return -1;
    drain(exchange);
    if (answer.status == 401) {
        struct challenge asked = challenge_read(registry->arena, &answer.challenges);
        if (*registry->endpoint->repository)
            asked.scope = arena_printf(registry->arena, "repository:%s:pull", registry->endpoint->repository);
        registry->challenge = asked;
    } else if (answer.status >= 500 || answer.status == 429) {
        return error_set(err, ERROR_UNAVAILABLE, 0, "%s answers %d", request.url, answer.status);
    } else if (answer.status != 200 && answer.status != 404) {
        return error_set(err, ERROR_UNAVAILABLE, 0, "%s answers %d: no registry", request.url, answer.status);
    }
    registry->scheme = scheme;
    registry->unverified = unverified;
    return 0;
}

/* Of one that is insecure any certificate will do, or none. */
static int find_scheme(struct registry *registry, struct exchange *exchange, bool insecure, struct error **err)
{
    autoerror *plain = NULL;
    if (ping(registry, exchange, "https", insecure, err) == 0)
        return 0;
    if (insecure && (*err)->kind == ERROR_UNAVAILABLE && ping(registry, exchange, "http", false, &plain) == 0) {
        error_clear(err);
        return 0;
    }
    return error_wrap(err, "pinging container registry %s", registry->endpoint->host);
}

struct registry *registry_open(const struct registry_options *options, struct error **err)
{
    struct registry *registry = mem_zalloc(sizeof *registry);
    registry->arena = arena_new();
    registry->endpoint = options->endpoint;
    registry->stop = options->stop;
    pthread_mutex_init(&registry->lock, NULL);
    struct exchange *exchange = exchange_open(options->stop, err);
    bool insecure = !options->verify && (options->insecure || options->endpoint->insecure);
    int result =
        exchange ? registry_find_certs(registry->arena, options->endpoint->auth_host, &registry->certs, err) : -1;
    if (result == 0 && options->auth)
        registry->auth = *options->auth;
    else if (result == 0)
        result = registry_find_auth(registry->arena, options->endpoint->auth_host, options->endpoint->repository,
                                    &registry->auth, err);
    if (result == 0)
        result = find_scheme(registry, exchange, insecure, err);
    registry->spare = exchange;
    if (result == 0)
        return registry;
    registry_close(registry);
    return NULL;
}

void registry_close(struct registry *registry)
{
    if (!registry)
        return;
    exchange_close(registry->spare);
    pthread_mutex_destroy(&registry->lock);
    free(registry->authorization);
    arena_free(registry->arena);
    free(registry);
}

/* The connection that the host was found by goes to the first who asks. */
static struct exchange *take_spare(struct registry *registry)
{
    pthread_mutex_lock(&registry->lock);
    struct exchange *spare = registry->spare;
    registry->spare = NULL;
    pthread_mutex_unlock(&registry->lock);
    return spare;
}

struct registry_link *registry_link_open(struct registry *registry, struct error **err)
{
    struct exchange *exchange = take_spare(registry);
    if (!exchange)
        exchange = exchange_open(registry->stop, err);
    if (!exchange)
        return NULL;
    struct registry_link *link = mem_zalloc(sizeof *link);
    link->registry = registry;
    link->exchange = exchange;
    return link;
}

void registry_link_close(struct registry_link *link)
{
    if (!link)
        return;
    exchange_close(link->exchange);
    free(link);
}

/* One GET below /v2/REPOSITORY/ with a token; a token that is refused is fetched anew once. */
int link_get(struct registry_link *link, struct arena *arena, const char *path, struct exchange_request *request,
             struct exchange_answer *ret_answer, struct error **err)
{
    struct registry *registry = link->registry;
    request->url = arena_printf(arena, "%s://%s/v2/%s/%s", registry->scheme, registry->endpoint->host,
                                registry->endpoint->repository, path);
    request->certs = &registry->certs;
    request->unverified = registry->unverified;
    autofree char *refused = NULL;
    for (;;) {
        autofree char *authorization = NULL;
        if (token_get(link, refused, &authorization, err) < 0)
            return -1;
        request->authorization = authorization;
        int result = exchange_begin(link->exchange, arena, request, ret_answer, err);
        request->authorization = NULL;
        if (result < 0)
            return error_wrap(err, "%s", registry->endpoint->host);
        /* whom the registry sent us on to has no say in where credentials go */
        if (ret_answer->status != 401 || ret_answer->redirected || refused)
            return 0;
        drain(link->exchange);
        token_see_challenge(registry, &ret_answer->challenges);
        refused = mem_strdup(str_or(authorization, "none"));
    }
}

static int take_manifest(struct registry_link *link, struct arena *arena, const char *reference,
                         const struct exchange_answer *answer, struct registry_manifest *ret_manifest,
                         struct error **err)
{
    autobuf body = BUF(MAX_MANIFEST);
    char hex[ID_HEX_SIZE];
    if (link_read_body(link->exchange, &body, err) < 0)
        return error_wrap(err, "manifest %s", reference);
    sha256_hex(buf_text(&body), body.len, hex);
    const char *digest = arena_printf(arena, "sha256:%s", hex);
    bool by_digest = str_starts(reference, "sha256:");
    const char *expected = by_digest ? reference : answer->digest;
    if (str_starts(expected, "sha256:") && strcmp(expected, digest) != 0)
        return error_set(err, ERROR_INVALID, 0, "manifest %s: its digest is %s, expected %s", reference, digest,
                         expected);
    *ret_manifest = (struct registry_manifest){ arena_strndup(arena, buf_text(&body), body.len), body.len,
                                                answer->content_type, digest };
    return 0;
}

static int ask_manifest(struct registry_link *link, struct arena *arena, const char *reference,
                        struct exchange_answer *ret_answer, struct registry_manifest *ret_manifest, struct error **err)
{
    static const char *const accepted[] = {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.index.v1+json",
    };
    struct exchange_request request = { 0 };
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++)
        str_list_add(arena, &request.headers, arena_printf(arena, "Accept: %s", accepted[i]));
    if (link_get(link, arena, arena_printf(arena, "manifests/%s", reference), &request, ret_answer, err) < 0)
        return -1;
    if (ret_answer->status != 200)
        return refusal_read(link->exchange, ret_answer, err);
    return take_manifest(link, arena, reference, ret_answer, ret_manifest, err);
}

int registry_get_manifest(struct registry_link *link, struct arena *arena, const char *reference,
                          struct registry_manifest *ret_manifest, struct error **err)
{
    struct retry retry = { 0 };
    for (;;) {
        struct exchange_answer answer = { 0 };
        if (ask_manifest(link, arena, reference, &answer, ret_manifest, err) == 0)
            return 0;
        if (retry_wait(link, &retry, &answer, err) < 0)
            return -1;
    }
}
