/* Any bytes as what an HTTP client sends: heads, bodies in both framings, pipelined; a handler that reads all or
 * nothing of each body. */
#include "test/fuzz/fuzz_connection.h"

#include "api/call.h"

#define MAX_REQUESTS 256 /* their replies fit into the socket's buffer */

static int requests;

/* Whether it reads the body is told by the target, so that both ways of leaving one behind are met. */
int api_dispatch(const struct api *api, const struct request *request, const struct call_ops *ops, void *transport,
                 struct arena *arena)
{
    (void)arena;
    autoerror *err = NULL;
    struct call call = { .ops = ops, .transport = transport };
    char chunk[64];
    size_t *sent = (size_t *)(void *)api->engine, read = 0;
    assert(*request->target == '/' && request->method);
    for (long n = strchr(request->target, 'n') ? 0 : 1; n > 0; read += (size_t)n) {
        n = ops->read(&call, chunk, sizeof chunk, &err);
        if (n < 0)
            return -1;
        assert((size_t)n <= sizeof chunk);
    }
    assert(read <= *sent); /* never more than the client said */
    if (ops->begin(&call, 204, NULL, 0, &err) < 0)
        return -1;
    return ++requests < MAX_REQUESTS ? 0 : -1;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    const struct api api = { .engine = (struct engine *)(void *)&len };
    requests = 0;
    serve_bytes(http_serve, &api, data, len);
    return 0;
}
