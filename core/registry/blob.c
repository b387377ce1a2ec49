#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/sink.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"
#include "core/registry/refusal.h"
#include "core/registry/retry.h"

struct registry_blob {
    struct registry_link *link;
    char *path;
    int64_t size, done; /* size: -1 when unknown */
    struct retry retry; /* of tries in a row that brought nothing */
};

/* Drops what was read before, from a registry that does not know ranges. */
static int skip(struct registry_blob *blob, struct error **err)
{
    char dropped[16384];
    for (int64_t left = blob->done; left > 0;) {
        long n = exchange_read(blob->link->exchange, dropped,
                               left < (int64_t)sizeof dropped ? (size_t)left : sizeof dropped, err);
        if (n < 0)
            return -1;
        if (n == 0)
            return error_set(err, ERROR_UNAVAILABLE, 0, "it ends too early");
        left -= n;
    }
    return 0;
}

static int ask(struct registry_blob *blob, struct exchange_answer *ret_answer, struct arena *arena, struct error **err)
{
    struct exchange_request request = { .from = blob->done };
    *ret_answer = (struct exchange_answer){ 0 };
    if (link_get(blob->link, arena, blob->path, &request, ret_answer, err) < 0)
        return -1;
    if (ret_answer->status == 206 && ret_answer->range_start == blob->done)
        return 0;
    if (ret_answer->status == 200)
        return skip(blob, err);
    return refusal_read(blob->link->exchange, ret_answer, err);
}

/* Asks until it is there or cannot get better. */
static int ask_again(struct registry_blob *blob, struct error **err)
{
    for (;;) {
        autoarena *arena = arena_new();
        struct exchange_answer answer;
        if (ask(blob, &answer, arena, err) == 0)
            return 0;
        if (retry_wait(blob->link, &blob->retry, &answer, err) < 0)
            return -1;
    }
}

struct registry_blob *registry_open_blob(struct registry_link *link, const char *digest, int64_t size,
                                         struct error **err)
{
    struct registry_blob *blob = mem_zalloc(sizeof *blob);
    blob->link = link;
    blob->size = size;
    blob->path = mem_printf("blobs/%s", digest);
    if (ask_again(blob, err) == 0)
        return blob;
    error_wrap(err, "blob %s", digest);
    registry_close_blob(blob);
    return NULL;
}

void registry_close_blob(struct registry_blob *blob)
{
    if (!blob)
        return;
    free(blob->path);
    free(blob);
}

static long blob_read(void *context, void *into, size_t len, struct error **err)
{
    static const struct exchange_answer broken = { 0 };
    struct registry_blob *blob = context;
    for (;;) {
        long n = exchange_read(blob->link->exchange, into, len, err);
        if (n > 0) {
            blob->done += n;
            blob->retry = (struct retry){ 0 };
            return n;
        }
        if (n == 0 && (blob->size < 0 || blob->done >= blob->size))
            return 0;
        if (n == 0)
            error_set(err, ERROR_UNAVAILABLE, 0, "%s ends after %lld of %lld bytes", blob->path, (long long)blob->done,
                      (long long)blob->size);
        if (retry_wait(blob->link, &blob->retry, &broken, err) < 0 || ask_again(blob, err) < 0)
            return -1;
    }
}

struct source registry_blob_source(struct registry_blob *blob)
{
    return (struct source){ blob, blob_read };
}
