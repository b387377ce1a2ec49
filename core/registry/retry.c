#include "core/registry/retry.h"

#include <poll.h>

#include "core/base/error.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"

#define MAX_TRIES 4
#define MAX_DELAY_S 30
#define SLICE_MS 100

/* The only thing that ends it early is the pull's own end. */
static int pause_for(const struct registry_link *link, int64_t seconds, struct error **err)
{
    const atomic_bool *stop = link->registry->stop;
    for (int64_t slices = seconds * 1000 / SLICE_MS; slices > 0; slices--) {
        if (stop && atomic_load(stop))
            return error_set(err, ERROR_CANCELLED, 0, "cancelled");
        poll(NULL, 0, SLICE_MS);
    }
    return 0;
}

/* Connections that break, registries that are busy or unwell. */
static bool is_passing(const struct error *err, const struct exchange_answer *answer)
{
    return err->kind == ERROR_UNAVAILABLE && (answer->status < 300 || answer->status == 429 || answer->status >= 500);
}

int retry_wait(const struct registry_link *link, struct retry *retry, const struct exchange_answer *answer,
               struct error **err)
{
    if (!is_passing(*err, answer) || ++retry->tries >= MAX_TRIES)
        return -1;
    error_clear(err);
    int64_t wanted = answer->retry_after_s > retry->delay_s ? answer->retry_after_s : retry->delay_s;
    retry->delay_s = retry->delay_s ? retry->delay_s * 2 : 1;
    return pause_for(link, wanted < MAX_DELAY_S ? wanted : MAX_DELAY_S, err);
}
