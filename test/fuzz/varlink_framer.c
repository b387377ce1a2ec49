/* Any bytes as what a varlink client sends: the messages that reach the dispatcher are those between the NULs. */
#include "test/fuzz/fuzz_connection.h"

#include "api/varlink/dispatch.h"

struct seen {
    const unsigned char *at, *end; /* of the input, what was not dispatched yet */
};

/* A message that begins with "x" ends the connection, as one that nobody understands does. */
int varlink_dispatch(const struct api *api, const char *message, size_t len, const struct varlink_ops *ops,
                     void *transport, struct arena *arena)
{
    (void)ops, (void)transport, (void)arena;
    struct seen *seen = (struct seen *)(void *)api->engine;
    assert((size_t)(seen->end - seen->at) > len && !memcmp(seen->at, message, len) && !seen->at[len]);
    assert(strlen(message) == len);
    seen->at += len + 1;
    return *message == 'x' ? -1 : 0;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    struct seen seen = { data, data + len };
    const struct api api = { .engine = (struct engine *)(void *)&seen };
    serve_bytes(varlink_serve, &api, data, len);
    bool closed = seen.at > data && seen.at - data >= 2 && memchr(data, 'x', len);
    assert(closed || !memchr(seen.at, '\0', (size_t)(seen.end - seen.at))); /* nothing whole was left */
    return 0;
}
