/* One route as an operation: parameters, body, replies. */
#include <stdlib.h>
#include <string.h>

#include "api/openapi/openapi.h"
#include "core/base/arena.h"

#define MEDIA_JSON "application/json"
#define MEDIA_BYTES "application/octet-stream"
#define MEDIA_HIJACKED "application/vnd.docker.raw-stream"

/* ---- parameters ---- */

static void print_words(struct openapi *document, const struct param *param)
{
    struct printer *printer = &document->printer;
    struct str_list words = str_split(document->arena, param->fallback, '|');
    print_open(printer, "enum", '[');
    for (size_t i = 0; i < words.count; i++)
        print_text(printer, NULL, words.items[i]);
    print_close(printer, ']');
    if (*words.items[0])
        print_text(printer, "default", words.items[0]);
}

/* The members that say what values a parameter has: of "schema" in 3.1, of the parameter itself in 2.0. */
static void print_param_type(struct openapi *document, const struct param *param)
{
    struct printer *printer = &document->printer;
    switch (param->kind) {
    case PARAM_BOOL:
    case PARAM_OPT_BOOL:
        print_text(printer, "type", "boolean");
        if (param->fallback && *param->fallback)
            print_bool(printer, "default", !strcmp(param->fallback, "true") || !strcmp(param->fallback, "1"));
        return;
    case PARAM_I64:
    case PARAM_OPT_I64:
        print_text(printer, "type", "integer");
        print_text(printer, "format", "int64");
        if (param->fallback && *param->fallback)
            print_integer(printer, "default", strtoll(param->fallback, NULL, 10));
        return;
    case PARAM_LIST:
        print_text(printer, "type", "array");
        print_open(printer, "items", '{');
        print_text(printer, "type", "string");
        print_close(printer, '}');
        return;
    case PARAM_ENUM:
        print_text(printer, "type", "string");
        print_words(document, param);
        return;
    case PARAM_FILTERS:
        if (document->v2) {
            print_text(printer, "type", "string");
            return;
        }
        print_text(printer, "type", "object");
        print_open(printer, "additionalProperties", '{');
        print_close(printer, '}');
        return;
    case PARAM_STR:
        print_text(printer, "type", "string");
        if (param->fallback && *param->fallback)
            print_text(printer, "default", param->fallback);
        return;
    }
}

/* {name...} holds slashes, which a document has no word for. */
static bool is_greedy(struct openapi *document, const struct route *route, const struct param *param)
{
    return param->place == PARAM_PATH && strstr(route->path, arena_printf(document->arena, "{%s...}", param->name));
}

static void print_param(struct openapi *document, const struct route *route, const struct param *param)
{
    static const char *const places[] = { [PARAM_PATH] = "path", [PARAM_QUERY] = "query", [PARAM_HEADER] = "header" };
    struct printer *printer = &document->printer;
    print_open(printer, NULL, '{');
    print_text(printer, "name", param->name);
    print_text(printer, "in", places[param->place]);
    print_text(printer, "description", param->doc);
    if (param->place == PARAM_PATH)
        print_bool(printer, "required", true);
    if (is_greedy(document, route, param))
        print_bool(printer, "x-greedy", true);
    if (document->v2) {
        print_param_type(document, param);
        if (param->kind == PARAM_LIST)
            print_text(printer, "collectionFormat", "multi");
    } else {
        if (param->kind == PARAM_FILTERS) { /* JSON in a query */
            print_open(printer, "content", '{');
            print_open(printer, MEDIA_JSON, '{');
        }
        print_open(printer, "schema", '{');
        print_param_type(document, param);
        print_close(printer, '}');
        if (param->kind == PARAM_FILTERS) {
            print_close(printer, '}');
            print_close(printer, '}');
        }
    }
    print_close(printer, '}');
}

/* Header parameters of these names are not allowed in a document: it says them in other ways. */
static bool is_said_elsewhere(const struct param *param)
{
    return param->place == PARAM_HEADER &&
           (!strcasecmp(param->name, "Accept") || !strcasecmp(param->name, "Content-Type") ||
            !strcasecmp(param->name, "Authorization"));
}

static void print_body_v2(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    print_open(printer, NULL, '{');
    print_text(printer, "name", "body");
    print_text(printer, "in", "body");
    print_bool(printer, "required", route->body_kind == BODY_JSON);
    print_open(printer, "schema", '{');
    if (route->body_kind == BODY_STREAM) {
        print_text(printer, "type", "string");
        print_text(printer, "format", "binary");
    } else {
        openapi_print_reference(document, types_name(&document->types, route->body()));
    }
    print_close(printer, '}');
    print_close(printer, '}');
}

static void print_params(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    const struct param *params = route->params ? route->params() : NULL;
    bool body = document->v2 && route->body_kind != BODY_NONE;
    if ((!params || !params->name) && !body)
        return;
    print_open(printer, "parameters", '[');
    for (; params && params->name; params++)
        if (!is_said_elsewhere(params))
            print_param(document, route, params);
    if (body)
        print_body_v2(document, route);
    print_close(printer, ']');
}

static void print_body(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    if (route->body_kind == BODY_NONE || document->v2)
        return;
    print_open(printer, "requestBody", '{');
    print_bool(printer, "required", route->body_kind == BODY_JSON);
    print_open(printer, "content", '{');
    print_open(printer, route->body_kind == BODY_STREAM ? "*/*" : MEDIA_JSON, '{');
    if (route->body_kind != BODY_STREAM) {
        print_open(printer, "schema", '{');
        openapi_print_reference(document, types_name(&document->types, route->body()));
        print_close(printer, '}');
    }
    print_close(printer, '}');
    print_close(printer, '}');
    print_close(printer, '}');
}

/* ---- replies ---- */

static const char *media_of(const struct reply_spec *spec)
{
    if (spec->media)
        return spec->media;
    if (spec->shape == REPLY_RAW)
        return MEDIA_BYTES;
    if (spec->shape == REPLY_HIJACK)
        return MEDIA_HIJACKED;
    return spec->schema || spec->shape == REPLY_STREAM || spec->status >= 400 ? MEDIA_JSON : NULL;
}

static bool has_schema(const struct reply_spec *spec)
{
    return spec->schema || (spec->status >= 400 && spec->shape == REPLY_OBJECT);
}

static void print_reply_schema(struct openapi *document, const struct reply_spec *spec)
{
    struct printer *printer = &document->printer;
    const char *name = spec->schema ? types_name(&document->types, spec->schema()) : "Error";
    if (spec->shape != REPLY_LIST) {
        openapi_print_reference(document, name);
        return;
    }
    print_text(printer, "type", "array");
    print_open(printer, "items", '{');
    openapi_print_reference(document, name);
    print_close(printer, '}');
}

static bool is_last(const struct route *route, const struct reply_spec *spec)
{
    return spec == route->responses + ROUTE_MAX_REPLIES || !spec->status;
}

/* Another reply before this one has the same status (and the same media type). */
static bool was_printed(const struct route *route, const struct reply_spec *spec, bool same_media)
{
    for (const struct reply_spec *other = route->responses; other < spec; other++)
        if (other->status == spec->status && (!same_media || str_eq(media_of(other), media_of(spec))))
            return true;
    return false;
}

/* All schemas of one status and media type. */
static void print_media(struct openapi *document, const struct route *route, const struct reply_spec *first)
{
    struct printer *printer = &document->printer;
    bool stream = false, hijack = false, any = false;
    size_t schemas = 0;
    for (const struct reply_spec *spec = first; !is_last(route, spec); spec++) {
        if (spec->status != first->status || !str_eq(media_of(spec), media_of(first)))
            continue;
        stream |= spec->shape == REPLY_STREAM;
        hijack |= spec->shape == REPLY_HIJACK;
        any |= !has_schema(spec);
        schemas += has_schema(spec);
    }
    print_open(printer, media_of(first), '{');
    if (stream)
        print_bool(printer, "x-stream", true);
    if (hijack)
        print_bool(printer, "x-hijack", true);
    if (schemas && !any) {
        print_open(printer, "schema", '{');
        if (schemas > 1)
            print_open(printer, "anyOf", '[');
        for (const struct reply_spec *spec = first; !is_last(route, spec); spec++) {
            if (spec->status != first->status || !str_eq(media_of(spec), media_of(first)))
                continue;
            if (schemas > 1)
                print_open(printer, NULL, '{');
            print_reply_schema(document, spec);
            if (schemas > 1)
                print_close(printer, '}');
        }
        if (schemas > 1)
            print_close(printer, ']');
        print_close(printer, '}');
    }
    print_close(printer, '}');
}

static void print_content(struct openapi *document, const struct route *route, const struct reply_spec *first)
{
    struct printer *printer = &document->printer;
    bool opened = false;
    for (const struct reply_spec *spec = first; !is_last(route, spec); spec++) {
        if (spec->status != first->status || !media_of(spec) || was_printed(route, spec, true))
            continue;
        if (!opened)
            print_open(printer, "content", '{');
        opened = true;
        print_media(document, route, spec);
    }
    if (opened)
        print_close(printer, '}');
}

static void print_reply(struct openapi *document, const struct route *route, const struct reply_spec *spec, int status)
{
    struct printer *printer = &document->printer;
    print_open(printer, arena_printf(document->arena, "%d", status), '{');
    print_text(printer, "description", spec->doc);
    bool bodyless = status == 304 || status == 101 || !strcmp(route->method, "HEAD");
    if (!bodyless && !document->v2) {
        print_content(document, route, spec);
    } else if (!bodyless && has_schema(spec)) {
        print_open(printer, "schema", '{');
        print_reply_schema(document, spec);
        print_close(printer, '}');
    }
    print_close(printer, '}');
}

static bool declares(const struct route *route, int status)
{
    for (const struct reply_spec *spec = route->responses; !is_last(route, spec); spec++)
        if (spec->status == status)
            return true;
    return false;
}

static void print_replies(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    print_open(printer, "responses", '{');
    for (const struct reply_spec *spec = route->responses; !is_last(route, spec); spec++) {
        if (was_printed(route, spec, false))
            continue;
        if (spec->shape == REPLY_HIJACK && !declares(route, 101))
            print_reply(document, route, spec, 101);
        print_reply(document, route, spec, spec->status);
    }
    print_open(printer, "default", '{');
    print_text(printer, "$ref", document->v2 ? "#/responses/Error" : "#/components/responses/Error");
    print_close(printer, '}');
    print_close(printer, '}');
}

/* ---- the whole ---- */

static void print_levels(struct openapi *document, const struct route *route)
{
    const char *format = document->libpod ? "%u" : "1.%u";
    if (route->since)
        print_text(&document->printer, "x-since", arena_printf(document->arena, format, route->since));
    if (route->until)
        print_text(&document->printer, "x-until", arena_printf(document->arena, format, route->until));
}

static void print_produces_v2(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    struct str_list medias = { 0 };
    str_list_add(document->arena, &medias, MEDIA_JSON);
    for (const struct reply_spec *spec = route->responses; !is_last(route, spec); spec++)
        if (media_of(spec) && !str_list_has(&medias, media_of(spec)))
            str_list_add(document->arena, &medias, media_of(spec));
    print_open(printer, "produces", '[');
    for (size_t i = 0; i < medias.count; i++)
        print_text(printer, NULL, medias.items[i]);
    print_close(printer, ']');
}

void openapi_print_operation(struct openapi *document, const struct route *route)
{
    struct printer *printer = &document->printer;
    char *method = arena_strdup(document->arena, route->method);
    for (char *at = method; *at; at++)
        *at |= 0x20;
    print_open(printer, method, '{');
    if (route->tag) {
        print_open(printer, "tags", '[');
        print_text(printer, NULL, route->tag);
        print_close(printer, ']');
    }
    if (route->id)
        print_text(printer, "operationId", route->id);
    if (route->summary)
        print_text(printer, "summary", route->summary);
    if (route->rights)
        print_text(printer, "x-rights", route->rights);
    print_levels(document, route);
    if (document->v2)
        print_produces_v2(document, route);
    print_params(document, route);
    print_body(document, route);
    print_replies(document, route);
    print_close(printer, '}');
}
