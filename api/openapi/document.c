#include <string.h>

#include "api/openapi/openapi.h"
#include "core/base/arena.h"
#include "core/system/system.h"

static bool belongs(const struct openapi *document, const struct route *route)
{
    return !strncmp(route->path, "/libpod/", 8) == document->libpod;
}

const char *openapi_path(struct arena *arena, const char *path)
{
    char *copy = arena_strdup(arena, path);
    for (char *dots; (dots = strstr(copy, "...}"));)
        memmove(dots, dots + 3, strlen(dots + 3) + 1);
    return copy;
}

static void collect_types(struct openapi *document)
{
    for (const struct route *const *table = api_routes; *table; table++) {
        for (const struct route *route = *table; route->path; route++) {
            if (!belongs(document, route))
                continue;
            if (route->body)
                types_add(&document->types, route->body(), true);
            for (size_t i = 0; i < ROUTE_MAX_REPLIES && route->responses[i].status; i++)
                if (route->responses[i].schema)
                    types_add(&document->types, route->responses[i].schema(), false);
        }
    }
}

/* ---- paths ---- */

struct entry {
    const struct route *route;
    const char *path;
    bool printed;
};

static size_t list_routes(const struct openapi *document, struct entry **ret_entries)
{
    size_t count = 0, at = 0;
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            count += belongs(document, route);
    struct entry *entries = arena_array(document->arena, count, sizeof *entries);
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            if (belongs(document, route))
                entries[at++] = (struct entry){ route, openapi_path(document->arena, route->path), false };
    *ret_entries = entries;
    return count;
}

/* One path has one operation for each method; of two for different versions of libpod's prefix the newer one counts. */
static bool is_superseded(const struct entry *entries, size_t count, const struct entry *entry)
{
    for (size_t i = 0; i < count; i++)
        if (&entries[i] != entry && !strcmp(entries[i].path, entry->path) &&
            !strcmp(entries[i].route->method, entry->route->method) && entry->route->until && !entries[i].route->until)
            return true;
    return false;
}

static void print_paths(struct openapi *document)
{
    struct entry *entries;
    size_t count = list_routes(document, &entries);
    print_open(&document->printer, "paths", '{');
    for (size_t i = 0; i < count; i++) {
        if (entries[i].printed)
            continue;
        print_open(&document->printer, entries[i].path, '{');
        for (size_t j = i; j < count; j++) {
            if (strcmp(entries[j].path, entries[i].path))
                continue;
            entries[j].printed = true;
            if (!is_superseded(entries, count, &entries[j]))
                openapi_print_operation(document, entries[j].route);
        }
        print_close(&document->printer, '}');
    }
    print_close(&document->printer, '}');
}

/* ---- what stands around them ---- */

static void print_tags(struct openapi *document)
{
    struct str_list tags = { 0 };
    print_open(&document->printer, "tags", '[');
    for (const struct route *const *table = api_routes; *table; table++) {
        for (const struct route *route = *table; route->path; route++) {
            if (!belongs(document, route) || !route->tag || str_list_has(&tags, route->tag))
                continue;
            str_list_add(document->arena, &tags, route->tag);
            print_open(&document->printer, NULL, '{');
            print_text(&document->printer, "name", route->tag);
            print_close(&document->printer, '}');
        }
    }
    print_close(&document->printer, ']');
}

static void print_info(struct openapi *document)
{
    struct printer *printer = &document->printer;
    print_open(printer, "info", '{');
    print_text(printer, "title", document->libpod ? "Coracle: libpod API" : "Coracle: Docker Engine API");
    print_text(printer, "version", document->libpod ? CORACLE_LIBPOD_VERSION : CORACLE_API_VERSION);
    print_text(
        printer, "description",
        document->libpod
            ? "What podman-remote and its kin speak. A version prefix of any number may stand in front of each path."
            : "What docker's clients speak. A version prefix from /v" CORACLE_API_VERSION_MIN
              " to /v" CORACLE_API_VERSION " may stand in front of each path and shapes the replies.");
    print_close(printer, '}');
}

static void print_error_type(struct openapi *document)
{
    static const char *const members[][2] = {
        { "message", "What went wrong, with all it led to" },
        { "cause", "The innermost reason" },
    };
    struct printer *printer = &document->printer;
    print_open(printer, "Error", '{');
    print_text(printer, "type", "object");
    print_text(printer, "description", "What every failure answers");
    print_open(printer, "required", '[');
    print_text(printer, NULL, "message");
    print_close(printer, ']');
    print_open(printer, "properties", '{');
    for (size_t i = 0; i < (document->libpod ? 2 : 1); i++) {
        print_open(printer, members[i][0], '{');
        print_text(printer, "type", "string");
        print_text(printer, "description", members[i][1]);
        print_close(printer, '}');
    }
    if (document->libpod) {
        print_open(printer, "response", '{');
        print_text(printer, "type", "integer");
        print_text(printer, "description", "The status once more");
        print_close(printer, '}');
    }
    print_close(printer, '}');
    print_close(printer, '}');
}

static void print_error_reply(struct openapi *document)
{
    struct printer *printer = &document->printer;
    print_open(printer, "responses", '{');
    print_open(printer, "Error", '{');
    print_text(printer, "description", "A failure that any call can meet");
    if (!document->v2) {
        print_open(printer, "content", '{');
        print_open(printer, "application/json", '{');
    }
    print_open(printer, "schema", '{');
    openapi_print_reference(document, "Error");
    print_close(printer, '}');
    if (!document->v2) {
        print_close(printer, '}');
        print_close(printer, '}');
    }
    print_close(printer, '}');
    print_close(printer, '}');
}

static void print_types(struct openapi *document)
{
    print_open(&document->printer, document->v2 ? "definitions" : "schemas", '{');
    print_error_type(document);
    for (size_t i = 0; i < document->types.count; i++)
        openapi_print_type(document, &document->types.items[i]);
    print_close(&document->printer, '}');
}

static void print_place(struct openapi *document)
{
    struct printer *printer = &document->printer;
    const char *prefix = document->libpod ? "/v" CORACLE_LIBPOD_VERSION : "/v" CORACLE_API_VERSION;
    if (document->v2) {
        print_text(printer, "basePath", prefix);
        return;
    }
    print_open(printer, "servers", '[');
    print_open(printer, NULL, '{');
    print_text(printer, "url", prefix);
    print_close(printer, '}');
    print_close(printer, ']');
}

void openapi_print(struct arena *arena, enum openapi_document which, struct buf *out)
{
    struct openapi document = {
        .printer = { .out = out },
        .types = { .arena = arena },
        .arena = arena,
        .libpod = which != OPENAPI_DOCKER,
        .v2 = which == OPENAPI_LIBPOD_V2,
    };
    struct printer *printer = &document.printer;
    collect_types(&document);
    print_open(printer, NULL, '{');
    print_text(printer, document.v2 ? "swagger" : "openapi", document.v2 ? "2.0" : "3.1.0");
    print_info(&document);
    print_place(&document);
    print_tags(&document);
    print_paths(&document);
    if (!document.v2)
        print_open(printer, "components", '{');
    print_error_reply(&document);
    print_types(&document);
    if (!document.v2)
        print_close(printer, '}');
    print_close(printer, '}');
    buf_putc(out, '\n');
}
