#pragma once
/*
 * Routes: one table entry each, which dispatches, validates, documents and is what a policy refers to.
 *
 * The path is as in the URL without version prefix; {name} takes one segment, {name...} one or more (image names). A
 * path that begins with /libpod/ is libpod's dialect, the others are Docker's. Literal segments win over parameters,
 * and the longest name wins.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/schema/schema.h"

struct call;
struct error;

enum param_place { PARAM_PATH, PARAM_QUERY, PARAM_HEADER };
enum param_kind {
    PARAM_STR,  /* const char *; the default or NULL */
    PARAM_BOOL, /* bool: 1 0 t f true false yes no none "" */
    PARAM_I64,  /* int64_t */
    PARAM_OPT_I64,  /* int64_t *, NULL when absent */
    PARAM_OPT_BOOL, /* bool *, NULL when absent */
    PARAM_LIST,     /* struct str_list: the name may come several times */
    PARAM_ENUM,     /* const char *; the default column is "first|second|…", its first is the default ("|a|b": none) */
    PARAM_FILTERS,  /* struct filters: JSON, {"key":["value"]} or {"key":{"value":true}} */
};
struct filter {
    const char *key;
    struct str_list values;
};
struct filters {
    struct filter *items;
    size_t count;
};

struct param {
    const char *name; /* NULL ends the table; offset is then the struct's size */
    enum param_place place;
    enum param_kind kind;
    const char *fallback, *doc;
    uint32_t offset;
};

#define PARAM_C_STR const char *
#define PARAM_C_BOOL bool
#define PARAM_C_I64 int64_t
#define PARAM_C_OPT_I64 int64_t *
#define PARAM_C_OPT_BOOL bool *
#define PARAM_C_LIST struct str_list
#define PARAM_C_ENUM const char *
#define PARAM_C_FILTERS struct filters
#define PARAM_FIELD(place, kind, field, name, fallback, doc) PARAM_C_##kind field;
#define PARAM_ROW(p, k, field, n, f, d) \
    { .name = (n), .place = PARAM_##p, .kind = PARAM_##k, .fallback = (f), .doc = (d), .offset = offsetof(self, field) },
/* #define X_PARAMS(P) P(PATH, STR, name, "name", NULL, "…") P(QUERY, BOOL, …)  then  PARAMS(x_params, X_PARAMS)
 * makes struct x_params and x_params_table for `.params`. */
#define PARAMS(tag, ROWS)                                                                                               \
    struct tag {                                                                                                        \
        ROWS(PARAM_FIELD)                                                                                               \
    };                                                                                                                  \
    static const struct param *tag##_table(void)                                                                        \
    {                                                                                                                   \
        typedef struct tag self;                                                                                        \
        static const struct param rows[] = { ROWS(PARAM_ROW){ .offset = sizeof(self) } };                               \
        return rows;                                                                                                    \
    }

enum reply_shape {
    REPLY_OBJECT, /* one JSON object of the schema (no schema: no body) */
    REPLY_LIST,   /* a JSON list of them */
    REPLY_STREAM, /* JSON documents one after the other, a newline after each */
    REPLY_RAW,    /* bytes of the content type in `media` */
    REPLY_HIJACK, /* the connection leaves HTTP: 101 or 200 */
};
#define LIST_REPLY REPLY_LIST
#define STREAM REPLY_STREAM
#define RAW REPLY_RAW
#define HIJACK REPLY_HIJACK
struct reply_spec {
    int status; /* 0 ends the list */
    const struct schema *(*schema)(void);
    const char *doc;
    enum reply_shape shape;
    const char *media; /* REPLY_RAW; NULL: application/octet-stream */
};
/* Statuses many routes answer; the text is what the document says. Every route may also answer 400, 403, 413, 500, 501,
 * 503 and 504 without saying so. */
#define BAD_PARAMETER { 400, NULL, "A parameter or the body is wrong: the message names it", REPLY_OBJECT, NULL }
#define NO_SUCH_CONTAINER { 404, NULL, "No such container", REPLY_OBJECT, NULL }
#define NO_SUCH_PATH { 404, NULL, "No such container, or nothing at that path in it", REPLY_OBJECT, NULL }
#define NO_SUCH_IMAGE { 404, NULL, "No such image", REPLY_OBJECT, NULL }
#define NO_SUCH_EXEC { 404, NULL, "No such exec session", REPLY_OBJECT, NULL }
#define NO_SUCH_NETWORK { 404, NULL, "No such network", REPLY_OBJECT, NULL }
#define NO_SUCH_SECRET { 404, NULL, "No such secret", REPLY_OBJECT, NULL }
#define NO_SUCH_VOLUME { 404, NULL, "No such volume", REPLY_OBJECT, NULL }
#define CONFLICT { 409, NULL, "The object's state does not allow it", REPLY_OBJECT, NULL }
#define INTERNAL_ERROR { 500, NULL, "Something failed here", REPLY_OBJECT, NULL }

enum body_kind { BODY_NONE, BODY_JSON, BODY_JSON_OPTIONAL, BODY_STREAM };

#define ROUTE_MAX_REPLIES 12
struct route {
    const char *method, *path, *file;
    const char *id, *tag, *summary; /* id: operationId */
    const struct param *(*params)(void);
    enum body_kind body_kind;
    const struct schema *(*body)(void); /* of BODY_JSON… */
    unsigned since, until; /* Docker API minor levels, documented only; for libpod major numbers of the prefix, which
                            * hide the route; 0: no bound */
    const char *rights;    /* "containers:read" … what a policy grants */
    int (*handler)(struct call *call, struct error **err);
    struct reply_spec responses[ROUTE_MAX_REPLIES];
};
#define ROUTE(verb, template) .method = #verb, .path = (template), .file = __FILE__

/* All tables, docker's then libpod's, in api/routes.c: a NULL-terminated list of tables, each ended by an empty entry. */
extern const struct route *const api_routes[];
