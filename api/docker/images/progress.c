#include "api/docker/images/progress.h"

#include <string.h>

#include "api/call.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/image/image.h"

#define BAR_WIDTH 50

/* Four digits and a unit of thousands: 36.45kB */
static const char *size_text(struct arena *arena, int64_t bytes)
{
    static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
    double value = (double)bytes;
    size_t unit = 0;
    for (; value >= 1000 && unit + 1 < sizeof units / sizeof *units; unit++)
        value /= 1000;
    return arena_printf(arena, "%.4g%s", value, units[unit]);
}

const char *docker_progress_bar(struct arena *arena, int64_t current, int64_t total)
{
    if (total <= 0 || current > total)
        return arena_printf(arena, "%8s", size_text(arena, current));
    int filled = (int)((double)current / (double)total * BAR_WIDTH);
    char *done = arena_zalloc(arena, BAR_WIDTH + 1);
    memset(done, '=', (size_t)filled);
    return arena_printf(arena, "[%s>%*s] %8s/%s", done, BAR_WIDTH - filled, "", size_text(arena, current),
                        size_text(arena, total));
}

static int send_line(struct call *call, const struct docker_progress *line, struct error **err)
{
    return reply_next(call, docker_progress_schema(), line, err);
}

/* A layer by the first digits of its digest. */
static int send_layer(struct call *call, const struct pull_progress *at, const char *status, struct error **err)
{
    const char *hex = strchr(at->layer, ':');
    struct docker_progress_detail detail = { 0 };
    struct docker_progress line = {
        .status = status,
        .detail = &detail,
        .id = arena_strndup(call->arena, hex ? hex + 1 : at->layer, 12),
    };
    if (at->phase == PULL_LAYER_PROGRESS) {
        detail = (struct docker_progress_detail){ at->done, at->total };
        line.progress = docker_progress_bar(call->arena, at->done, at->total);
    }
    return send_line(call, &line, err);
}

/* Docker says the path alone, and the tag in the place of the layers; a digest needs the whole name there. */
static int send_resolved(struct call *call, const struct pull_progress *at, struct error **err)
{
    struct reference reference;
    if (reference_parse(call->arena, at->reference, "docker.io", &reference, err) < 0)
        return -1;
    const struct docker_progress line = {
        .status = arena_printf(call->arena, "Pulling from %s", reference.path),
        .id = reference.digest ? image_familiar(call->arena, at->reference) : reference.tag,
    };
    return send_line(call, &line, err);
}

int docker_send_status(const struct docker_pull *pull, const char *reference, struct error **err)
{
    struct call *call = pull->call;
    const struct docker_progress line = {
        .status = arena_printf(call->arena, "Status: %s for %s", pull->updated ? "Downloaded newer image" : "Image is up to date",
                               image_familiar(call->arena, reference)),
    };
    return send_line(call, &line, err);
}

static int send_done(struct docker_pull *pull, const struct pull_progress *at, struct error **err)
{
    const struct docker_progress digest = { .status = arena_printf(pull->call->arena, "Digest: %s", at->digest) };
    pull->updated |= at->updated;
    if (send_line(pull->call, &digest, err) < 0)
        return -1;
    return pull->several ? 0 : docker_send_status(pull, at->reference, err);
}

int docker_send_pull(void *context, const struct pull_progress *at, struct error **err)
{
    struct docker_pull *pull = context;
    struct call *call = pull->call;
    switch (at->phase) {
    case PULL_RESOLVED: return send_resolved(call, at, err);
    case PULL_LAYER_SEEN: return send_layer(call, at, at->exists ? "Already exists" : "Pulling fs layer", err);
    case PULL_LAYER_PROGRESS: return send_layer(call, at, "Downloading", err);
    case PULL_LAYER_VERIFYING: return send_layer(call, at, "Verifying Checksum", err);
    case PULL_LAYER_DONE: return send_layer(call, at, "Pull complete", err);
    case PULL_DONE: return send_done(pull, at, err);
    case PULL_LAYER_EXISTS:
    case PULL_CONFIG:
    case PULL_MANIFEST: break; /* Docker does not tell, or did */
    }
    return 0;
}

int docker_send_error(struct call *call, const struct error *failure, struct error **err)
{
    if (failure->kind == ERROR_CANCELLED)
        return error_set(err, ERROR_CANCELLED, 0, "%s", failure->message);
    if (failure->kind == ERROR_INTERNAL)
        log_error("%s %s: %s", call->route->method, call->route->path, failure->message);
    struct docker_stream_error detail = { failure->message };
    const struct docker_progress line = { .error_detail = &detail, .error = failure->message };
    return send_line(call, &line, err);
}
