/* Any bytes as the target of a request: matching, then parameters of every kind, answered by a handler. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/dispatch.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#define ALL_PARAMS(P)                                                  \
    P(PATH, STR, name, "name", NULL, "Path")                           \
    P(QUERY, STR, text, "text", "fallback", "Text")                    \
    P(QUERY, BOOL, flag, "flag", "true", "Truth")                      \
    P(QUERY, I64, number, "number", "-1", "Integer")                   \
    P(QUERY, OPT_I64, limit, "limit", NULL, "Integer or nothing")      \
    P(QUERY, OPT_BOOL, maybe, "maybe", NULL, "Truth or nothing")       \
    P(QUERY, LIST, names, "names", NULL, "Texts")                      \
    P(QUERY, ENUM, kind, "kind", "first|second", "One of two")         \
    P(QUERY, FILTERS, filters, "filters", NULL, "Filters")             \
    P(HEADER, STR, auth, "X-Registry-Auth", NULL, "Credentials")
PARAMS(all_params, ALL_PARAMS)

static int take(struct call *call, struct error **err)
{
    const struct all_params *p = call->params;
    assert(p->name && *p->name && p->text && p->kind);
    for (size_t i = 0; i < p->names.count; i++)
        assert(*p->names.items[i]);
    for (size_t i = 0; i < p->filters.count; i++)
        assert(p->filters.items[i].key);
    return reply_empty(call, 204, err);
}

#define DONE { 204, NULL, "Done", REPLY_OBJECT, NULL }
#define WHOLE .params = all_params_table, .handler = take, .responses = { DONE }
static const struct route table[] = {
    { ROUTE(GET, "/a/{name}"), WHOLE },
    { ROUTE(GET, "/a/{name...}/json"), WHOLE },
    { ROUTE(GET, "/a/json/{name}"), WHOLE },
    { ROUTE(GET, "/libpod/m/{name...}"), .since = 4, WHOLE },
    { ROUTE(GET, "/libpod/m/{name...}/r/{other...}"), WHOLE },
    { 0 },
};
const struct route *const api_routes[] = { table, NULL };

static int begin(struct call *call, int status, const char *content_type, long long length, struct error **err)
{
    (void)content_type, (void)length, (void)err;
    int *seen = call->transport;
    assert(!*seen);
    assert(status == 204 || status == 301 || status == 400 || status == 404);
    *seen = status;
    return 0;
}

static int write_body(struct call *call, const void *data, size_t len, struct error **err)
{
    (void)data, (void)err;
    assert(*(int *)call->transport && len);
    return 0;
}

static long read_body(struct call *call, void *into, size_t len, struct error **err)
{
    (void)call, (void)into, (void)len, (void)err;
    return 0;
}

static const char *header(struct call *call, const char *name)
{
    (void)call, (void)name;
    return NULL;
}

static void add_header(struct call *call, const char *name, const char *value)
{
    (void)call, (void)name;
    assert(!strcmp(name, "Location") || !strpbrk(value, "\r\n"));
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    static const struct call_ops ops = {
        .begin = begin, .write = write_body, .read = read_body, .header = header, .add_header = add_header
    };
    autoarena *arena = arena_new();
    struct api api = { 0 };
    int status = 0;
    struct request request = { .method = "GET", .target = arena_strndup(arena, (const char *)data, len) };
    assert(api_dispatch(&api, &request, &ops, &status, arena) == 0);
    assert(status);
    return 0;
}
