#pragma once
/*
 * One request being answered: what a handler sees. No socket here: the transport (server/, or a unit test) supplies ops.
 *
 * Parameters and body arrive decoded, defaulted and checked. Everything lives in `arena` and dies with the call.
 * A handler either replies once (reply…), or streams (reply_next…), or hijacks; or returns -1 with *err before its first
 * byte, and the dispatcher answers with the error in the dialect's shape. After the first byte an error ends the
 * connection.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "api/route.h"
#include "core/base/sink.h"

struct api;
struct arena;
struct container_rules;
struct engine;

enum dialect { DIALECT_DOCKER, DIALECT_LIBPOD };

struct call_ops {
    /* The head. @length: of the body, -1 for a stream of unknown length (chunked, or until close on HTTP/1.0). */
    int (*begin)(struct call *call, int status, const char *content_type, long long length, struct error **err);
    /* Body bytes; ERROR_CANCELLED when the client left. */
    int (*write)(struct call *call, const void *data, size_t len, struct error **err);
    /* Request body: bytes, 0 at its end, -1 with *err. */
    long (*read)(struct call *call, void *into, size_t len, struct error **err);
    /* As struct sink's wait. */
    bool (*wait)(struct call *call, int wake_fd, int timeout_ms);
    /* Leaves HTTP: sends 101 UPGRADED (the client asked to upgrade) or 200, gives the client's descriptor (borrowed) and
     * bytes it sent already. The connection closes when the handler returns. */
    int (*hijack)(struct call *call, const char *content_type, int *ret_fd, const void **ret_early, size_t *ret_early_len,
                  struct error **err);
    /* A request header, NULL when absent; any letter case. */
    const char *(*header)(struct call *call, const char *name);
    /* Adds a reply header; before begin. Values with control bytes are dropped. */
    void (*add_header)(struct call *call, const char *name, const char *value);
};

struct call {
    const struct api *api; /* of its connection */
    struct engine *engine;
    struct arena *arena;
    const struct route *route;
    enum dialect dialect;
    unsigned level;     /* Docker API minor of the URL, the newest without a prefix; for libpod as libpod_major */
    unsigned libpod_major; /* of a libpod URL (3, 4, 5); 0 otherwise */
    const char *version_text; /* "1.41", "" without prefix */
    const void *params; /* struct of the route's PARAMS */
    const void *body;   /* wire struct of the route's body, or NULL */
    struct str_list unknown; /* query names and JSON members nobody knows: reported by reply_warnings or --strict */
    bool strict;
    const struct call_ops *ops;
    void *transport; /* the ops' own */
    bool begun;      /* a head was sent */
    int status;      /* its status, 0 before */
    const char *object; /* what it is about, as the client wrote it: for the audit; NULL */
    bool refused;    /* by the policy */
    bool hijacked;   /* the connection left HTTP */
    const char *raw_media; /* content type of what the sink begins, when the handler knows better than the route; or NULL */
    struct sink sink; /* writes body bytes and waits, for core's streams; begins a REPLY_RAW 200 at the first write */
};

/* One JSON object, shaped by the call's level; the route must declare the status with this schema. */
int reply(struct call *call, int status, const struct schema *schema, const void *object, struct error **err);
int reply_list(struct call *call, int status, const struct schema *schema, const void *items, size_t count, struct error **err);
int reply_empty(struct call *call, int status, struct error **err); /* 204, 304, or 200 without body */
int reply_text(struct call *call, int status, const char *content_type, const char *text, struct error **err);
/* JSON text made elsewhere (free-form documents). */
int reply_json(struct call *call, int status, const char *json, struct error **err);
/* The next document of a stream; the first call sends the head (200). */
int reply_next(struct call *call, const struct schema *schema, const void *object, struct error **err);
/* Sends the head of a stream that has nothing to say yet, at once (wait, events, logs that follow: clients wait for it). */
int reply_begin_stream(struct call *call, struct error **err);
/* Sends the head of raw bytes and nothing else; call->sink or ops->write follow. @length: -1 when it is not known. */
int reply_raw(struct call *call, int status, const char *content_type, long long length, struct error **err);
/* What the caller's containers may be; NULL: anything. For core's functions that take rules. */
const struct container_rules *call_rules(const struct call *call);
/* The request body as a source: archives are streamed to their consumer, never held. Valid during the call. */
struct source call_body(struct call *call);
/* For container_attach() and exec_start_attached(): hijacks the call. @content_type: of the raw stream, NULL says none */
struct container_client;
void call_client(struct call *call, const char *content_type, struct container_client *ret_client);
/* Room for one more item in an arena list that has @count items of @size bytes; returns where the items are now:
 * `list = call_grow(call, list, count, sizeof *list); list[count++] = item;` */
void *call_grow(struct call *call, void *items, size_t count, size_t size);
