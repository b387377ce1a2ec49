#include "core/image/pull_layers.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/sink.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/image/pull_documents.h"
#include "core/registry/registry.h"
#include "core/store/store.h"

#define MAX_WORKERS 32
#define TELL_NS (100 * 1000 * 1000) /* how often progress is told */

struct layer {
    const struct image_descriptor *descriptor;
    const char *diff_id;
    struct store_staged **staged;
    bool exists;
    atomic_bool finished;
    atomic_llong done; /* compressed bytes read */
    long long told;    /* of the telling thread */
    bool told_finished;
};

struct work {
    const struct pull_layers *pull;
    struct layer *layers;
    size_t count;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t changed;
    size_t next, running;
    struct registry_link *link; /* not taken by a worker yet */
    struct error *failed;
};

/* ---- workers ---- */

/* The first failure is the pull's; those it causes elsewhere say nothing new. */
static void fail(struct work *work, struct error *err)
{
    pthread_mutex_lock(&work->lock);
    if (!work->failed && !atomic_load(work->pull->stop))
        work->failed = err;
    else
        error_free(err);
    atomic_store(work->pull->stop, true);
    pthread_cond_signal(&work->changed);
    pthread_mutex_unlock(&work->lock);
}

static struct layer *take_layer(struct work *work)
{
    struct layer *layer = NULL;
    pthread_mutex_lock(&work->lock);
    while (work->next < work->count && work->layers[work->next].exists)
        work->next++;
    if (work->next < work->count && !atomic_load(work->pull->stop))
        layer = &work->layers[work->next++];
    pthread_mutex_unlock(&work->lock);
    return layer;
}

static void count_bytes(void *context, int64_t done)
{
    struct layer *layer = context;
    atomic_store(&layer->done, done);
}

static int fetch(struct work *work, struct registry_link *link, struct layer *layer, struct error **err)
{
    int64_t size = layer->descriptor->size ? layer->descriptor->size : -1;
    const struct store_stage_options options = {
        .compressed_digest = layer->descriptor->digest,
        .compressed_size = size,
        .diff_digest = layer->diff_id,
        .progress = count_bytes,
        .progress_context = layer,
    };
    struct registry_blob *blob = registry_open_blob(link, layer->descriptor->digest, size, err);
    if (!blob)
        return -1;
    struct source source = registry_blob_source(blob);
    *layer->staged = store_stage_layer(work->pull->engine->store, &source, &options, err);
    registry_close_blob(blob);
    if (!*layer->staged)
        return error_wrap(err, "blob %s", layer->descriptor->digest);
    atomic_store(&layer->finished, true);
    return 0;
}

static struct registry_link *take_link(struct work *work, struct error **err)
{
    pthread_mutex_lock(&work->lock);
    struct registry_link *link = work->link;
    work->link = NULL;
    pthread_mutex_unlock(&work->lock);
    return link ? link : registry_link_open(work->pull->registry, err);
}

static void *run_worker(void *context)
{
    struct work *work = context;
    struct error *err = NULL;
    struct registry_link *link = take_link(work, &err);
    for (struct layer *layer; link && !err && (layer = take_layer(work));) {
        if (fetch(work, link, layer, &err) < 0)
            break;
        pthread_mutex_lock(&work->lock);
        pthread_cond_signal(&work->changed);
        pthread_mutex_unlock(&work->lock);
    }
    if (link != work->pull->link)
        registry_link_close(link);
    if (err)
        fail(work, err);
    pthread_mutex_lock(&work->lock);
    work->running--;
    pthread_cond_signal(&work->changed);
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

/* ---- telling ---- */

static int tell(const struct work *work, enum pull_phase phase, const struct layer *layer, struct error **err)
{
    const struct pull_options *options = work->pull->options;
    const struct pull_progress progress = {
        .phase = phase,
        .layer = layer->descriptor->digest,
        .done = phase == PULL_LAYER_PROGRESS ? layer->told : 0,
        .total = layer->descriptor->size,
        .exists = layer->exists,
    };
    if (!options->progress || options->progress(options->context, &progress, err) == 0)
        return 0;
    return -1;
}

static int tell_start(const struct work *work, struct error **err)
{
    for (size_t i = 0; i < work->count; i++)
        if (tell(work, PULL_LAYER_SEEN, &work->layers[i], err) < 0)
            return -1;
    for (size_t i = 0; i < work->count; i++)
        if (work->layers[i].exists && tell(work, PULL_LAYER_EXISTS, &work->layers[i], err) < 0)
            return -1;
    return 0;
}

static int tell_layer(const struct work *work, struct layer *layer, struct error **err)
{
    bool finished = atomic_load(&layer->finished);
    long long done = finished ? layer->descriptor->size : atomic_load(&layer->done);
    if (layer->exists || layer->told_finished)
        return 0;
    if (done != layer->told) {
        layer->told = done;
        if (tell(work, PULL_LAYER_PROGRESS, layer, err) < 0)
            return -1;
    }
    if (!finished)
        return 0;
    layer->told_finished = true;
    return tell(work, PULL_LAYER_VERIFYING, layer, err) < 0 ? -1 : tell(work, PULL_LAYER_DONE, layer, err);
}

static void sleep_until_changed(struct work *work)
{
    int64_t when = clock_monotonic() + TELL_NS;
    const struct timespec until = { when / CLOCK_SECOND, when % CLOCK_SECOND };
    pthread_cond_timedwait(&work->changed, &work->lock, &until);
}

/* Tells until the last worker is gone. A listener that wants no more ends the pull. */
static int watch(struct work *work, struct error **err)
{
    int result = 0;
    for (bool running = true; running;) {
        pthread_mutex_lock(&work->lock);
        if (work->running)
            sleep_until_changed(work);
        running = work->running;
        pthread_mutex_unlock(&work->lock);
        for (size_t i = 0; result == 0 && i < work->count; i++)
            result = tell_layer(work, &work->layers[i], err);
        if (result < 0)
            atomic_store(work->pull->stop, true);
    }
    return result;
}

/* ---- both ---- */

static bool has_layer(struct engine *engine, const char *id)
{
    autoarena *arena = arena_new();
    autoerror *none = NULL;
    const struct store_layer *layer = store_layer(engine->store, arena, id, &none);
    return layer && !layer->incomplete;
}

static size_t list_layers(struct work *work, struct arena *arena, const struct pull_documents *documents,
                          struct store_staged **staged)
{
    struct str_list ids = image_layer_ids(arena, &documents->parts.diff_ids);
    size_t missing = 0;
    work->count = ids.count;
    work->layers = arena_array(arena, ids.count + 1, sizeof *work->layers);
    for (size_t i = 0; i < ids.count; i++) {
        work->layers[i].descriptor = &documents->manifest->layers.items[i];
        work->layers[i].diff_id = documents->parts.diff_ids.items[i];
        work->layers[i].staged = &staged[i];
        work->layers[i].exists = has_layer(work->pull->engine, ids.items[i]);
        missing += !work->layers[i].exists;
    }
    return missing;
}

static size_t count_workers(const struct work *work, size_t missing)
{
    int64_t most = work->pull->engine->config->image_parallel;
    if (most < 1)
        most = 1;
    if (most > MAX_WORKERS)
        most = MAX_WORKERS;
    return missing < (size_t)most ? missing : (size_t)most;
}

static int run(struct work *work, size_t workers, struct error **err)
{
    pthread_t threads[MAX_WORKERS];
    size_t started = 0;
    work->running = workers;
    while (started < workers && pthread_create(&threads[started], NULL, run_worker, work) == 0)
        started++;
    pthread_mutex_lock(&work->lock);
    work->running -= workers - started;
    pthread_mutex_unlock(&work->lock);
    int result = started || !workers ? watch(work, err) : error_set(err, ERROR_INTERNAL, 0, "no thread can be started");
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (result == 0 && work->failed) {
        *err = work->failed;
        work->failed = NULL;
        return -1;
    }
    error_free(work->failed);
    if (result == 0 && atomic_load(work->pull->stop))
        return error_set(err, ERROR_CANCELLED, 0, "cancelled");
    return result;
}

int pull_layers_stage(const struct pull_layers *pull, struct arena *arena, const struct pull_documents *documents,
                      struct store_staged **staged, struct error **err)
{
    struct work work = { .pull = pull, .link = pull->link, .lock = PTHREAD_MUTEX_INITIALIZER };
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&work.changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    size_t missing = list_layers(&work, arena, documents, staged);
    int result = tell_start(&work, err);
    if (result == 0 && missing)
        result = run(&work, count_workers(&work, missing), err);
    pthread_cond_destroy(&work.changed);
    pthread_mutex_destroy(&work.lock);
    return result;
}
