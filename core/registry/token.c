#include "core/registry/token.h"

#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"
#include "core/registry/refusal.h"
#include "core/schema/json.h"

#define MAX_TOKEN (1u << 20)
#define DEFAULT_SECONDS 60
#define MAX_SECONDS 86400

static void add_escaped(struct buf *out, const char *name, const char *value)
{
    if (str_empty(value))
        return;
    if (out->len && out->data[out->len - 1] != '?')
        buf_putc(out, '&');
    buf_printf(out, "%s=", name);
    for (const char *at = value; *at; at++) {
        if (isalnum((unsigned char)*at) || strchr("-._~", *at))
            buf_putc(out, *at);
        else
            buf_printf(out, "%%%02X", (unsigned char)*at);
    }
}

static const char *basic(struct arena *arena, const struct registry_auth *auth)
{
    const char *pair = arena_printf(arena, "%s:%s", auth->username, str_or(auth->password, ""));
    return arena_printf(arena, "Basic %s", str_base64(arena, pair, strlen(pair)));
}

/* scope="a b" asks for both. */
static void add_scopes(struct arena *arena, struct buf *out, const char *scope)
{
    struct str_list scopes = str_split(arena, scope, ' ');
    for (size_t i = 0; i < scopes.count; i++)
        add_escaped(out, "scope", scopes.items[i]);
}

static void make_request(struct arena *arena, const struct registry *registry, struct buf *text,
                         struct exchange_request *request)
{
    const struct challenge *asked = &registry->challenge;
    const struct registry_auth *auth = &registry->auth;
    request->url = asked->realm;
    if (!str_empty(auth->identity_token)) {
        add_escaped(text, "grant_type", "refresh_token");
        add_escaped(text, "service", asked->service);
        add_escaped(text, "scope", asked->scope);
        add_escaped(text, "client_id", "coracle");
        add_escaped(text, "refresh_token", auth->identity_token);
        request->form = buf_text(text);
        return;
    }
    buf_printf(text, "%s%c", asked->realm, strchr(asked->realm, '?') ? '&' : '?');
    if (!str_empty(auth->username)) {
        add_escaped(text, "account", auth->username);
        request->authorization = basic(arena, auth);
    }
    add_escaped(text, "service", asked->service);
    add_scopes(arena, text, asked->scope);
    request->url = buf_text(text);
}

static int read_token(struct arena *arena, const struct buf *body, struct registry *registry, struct error **err)
{
    const struct json *document = json_parse(arena, buf_text(body), body->len, SCHEMA_LIMITS, err);
    if (!document)
        return error_wrap(err, "token of %s", registry->endpoint->host);
    const char *token = str_or(json_get_text(document, "token"), json_get_text(document, "access_token"));
    const struct json *expires = json_get(document, "expires_in");
    int64_t seconds = expires && expires->kind == JSON_NUMBER_KIND ? expires->integer : DEFAULT_SECONDS;
    if (str_empty(token) || strpbrk(token, "\r\n"))
        return error_set(err, ERROR_INVALID, 0, "%s gives no token", registry->challenge.realm);
    if (seconds < DEFAULT_SECONDS)
        seconds = DEFAULT_SECONDS;
    if (seconds > MAX_SECONDS)
        seconds = MAX_SECONDS;
    free(registry->authorization);
    registry->authorization = mem_printf("Bearer %s", token);
    registry->expires = clock_monotonic() + (seconds - DEFAULT_SECONDS / 4) * CLOCK_SECOND;
    return 0;
}

/* A registry that was reached safely has no business to ask for secrets in the open. */
static int check_realm(const struct registry *registry, struct error **err)
{
    const char *realm = registry->challenge.realm, *host = registry->endpoint->host;
    const struct registry_auth *auth = &registry->auth;
    if (str_starts(realm, "https://"))
        return 0;
    if (!str_starts(realm, "http://"))
        return error_set(err, ERROR_INVALID, 0, "%s: realm \"%s\" of its challenge is no URL", host, realm);
    bool safe = !strcmp(registry->scheme, "https") && !registry->unverified;
    if (safe && (!str_empty(auth->username) || !str_empty(auth->identity_token)))
        return error_set(err, ERROR_INVALID, 0, "%s wants credentials sent in the open to %s: expected https://", host,
                         realm);
    return 0;
}

static int fetch(struct registry_link *link, struct error **err)
{
    autoarena *arena = arena_new();
    struct registry *registry = link->registry;
    autobuf text = BUF(65536), body = BUF(MAX_TOKEN);
    struct exchange_request request = { .certs = &registry->certs, .unverified = registry->unverified };
    struct exchange_answer answer;
    if (check_realm(registry, err) < 0)
        return -1;
    make_request(arena, registry, &text, &request);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "%s: its challenge is too long", registry->endpoint->host);
    if (exchange_begin(link->exchange, arena, &request, &answer, err) < 0)
        return error_wrap(err, "token of %s", registry->endpoint->host);
    if (answer.status != 200) {
        refusal_read(link->exchange, &answer, err);
        return error_wrap(err, "token of %s", registry->endpoint->host);
    }
    for (;;) {
        char *room = buf_reserve(&body, 4096);
        if (!room)
            return error_set(err, ERROR_TOO_LARGE, 0, "token of %s: more than %u bytes", registry->endpoint->host,
                             MAX_TOKEN);
        long n = exchange_read(link->exchange, room, 4096, err);
        if (n < 0)
            return error_wrap(err, "token of %s", registry->endpoint->host);
        if (n == 0)
            return read_token(arena, &body, registry, err);
        body.len += (size_t)n;
    }
}

/* One that was refused may have been replaced meanwhile, for another link. */
static bool is_good(const struct registry *registry, const char *refused)
{
    return registry->authorization && clock_monotonic() < registry->expires &&
           !str_eq(registry->authorization, refused);
}

static int prepare(struct registry_link *link, const char *refused, struct error **err)
{
    struct registry *registry = link->registry;
    const struct registry_auth *auth = &registry->auth;
    if (is_good(registry, refused))
        return 0;
    if (!str_empty(auth->registry_token)) {
        free(registry->authorization);
        registry->authorization = mem_printf("Bearer %s", auth->registry_token);
        registry->expires = INT64_MAX;
        return 0;
    }
    if (registry->challenge.bearer)
        return fetch(link, err);
    if (registry->challenge.basic && !str_empty(auth->username)) {
        autoarena *arena = arena_new();
        free(registry->authorization);
        registry->authorization = mem_strdup(basic(arena, auth));
        registry->expires = INT64_MAX;
    }
    return 0;
}

int token_get(struct registry_link *link, const char *refused, char **ret_authorization, struct error **err)
{
    struct registry *registry = link->registry;
    pthread_mutex_lock(&registry->lock);
    int result = prepare(link, refused, err);
    *ret_authorization = result == 0 ? mem_strdup(registry->authorization) : NULL;
    pthread_mutex_unlock(&registry->lock);
    return result;
}

void token_see_challenge(struct registry *registry, const struct str_list *challenges)
{
    pthread_mutex_lock(&registry->lock);
    struct challenge asked = challenge_read(registry->arena, challenges);
    if (asked.bearer || asked.basic) {
        if (str_empty(asked.scope))
            asked.scope = str_or(registry->challenge.scope, "");
        registry->challenge = asked;
    }
    pthread_mutex_unlock(&registry->lock);
}
