#pragma once
/*
 * The documents that describe what is served, made from the route tables and the wire types they name.
 *
 * OpenAPI 3.1 for both dialects, and Swagger 2.0 for libpod, whose clients' generators read that. Beyond the standard:
 * x-stream marks a reply of JSON documents one after the other, x-hijack one after which the connection leaves HTTP,
 * x-greedy a name in the path that holds slashes, x-rights what a policy grants, x-since and x-until Docker API levels
 * (for libpod: major numbers of the prefix).
 */
#include <stdbool.h>

#include "api/openapi/print.h"
#include "api/openapi/types.h"
#include "api/route.h"

struct arena;

enum openapi_document { OPENAPI_DOCKER, OPENAPI_LIBPOD, OPENAPI_LIBPOD_V2 };

void openapi_print(struct arena *arena, enum openapi_document which, struct buf *out);

/* ---- between the files here ---- */

struct openapi {
    struct printer printer;
    struct type_list types;
    struct arena *arena;
    bool libpod, v2;
};

/* What the path says in a document: names without dots. Arena. */
const char *openapi_path(struct arena *arena, const char *path);
void openapi_print_operation(struct openapi *document, const struct route *route);
/* A reference to a type, as the members of the object that is open. */
void openapi_print_reference(struct openapi *document, const char *name);
/* The definition of one type. */
void openapi_print_type(struct openapi *document, const struct type_entry *entry);
