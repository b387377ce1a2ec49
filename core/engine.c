#include "core/engine.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/base/activity.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/str.h"
#include "core/config/config.h"
#include "core/container/attach/attach.h"
#include "core/container/row.h"
#include "core/state/bell.h"
#include "core/state/state.h"
#include "core/store/store.h"

static char *own_program(void)
{
    char path[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 1);
    return len > 0 ? mem_strndup(path, (size_t)len) : mem_strdup("/usr/bin/coracled");
}

struct engine *engine_open(const struct engine_options *options, struct error **err)
{
    autoengine *engine = mem_zalloc(sizeof *engine);
    engine->config = config_load(err);
    if (!engine->config)
        return NULL;
    engine->root = mem_strdup(str_or(options->root, engine->config->graphroot));
    engine->runroot = mem_strdup(str_or(options->runroot, engine->config->runroot));
    engine->state_dir = mem_printf("%s/coracle", engine->root);
    engine->run_dir = mem_printf("%s/coracle", engine->runroot);
    engine->program = str_empty(options->program) ? own_program() : mem_strdup(options->program);
    engine->started_unix_ns = clock_now();
    engine->store = store_open(engine->root, engine->runroot, err);
    if (!engine->store)
        return NULL;
    engine->activity = activity_new();
    engine->bell = bell_open(engine->run_dir);
    engine->state = state_open(engine->state_dir, engine);
    engine->attachments = attach_registry_new();
    struct engine *opened = engine;
    engine = NULL;
    return opened;
}

void engine_close(struct engine *engine)
{
    if (!engine)
        return;
    attach_registry_free(engine->attachments);
    container_cache_free(engine->containers);
    state_close(engine->state);
    bell_close(engine->bell);
    store_close(engine->store);
    config_free(engine->config);
    free(engine->root);
    free(engine->runroot);
    free(engine->state_dir);
    free(engine->run_dir);
    free(engine->program);
    activity_free(engine->activity);
    free(engine);
}
