#include "core/container/start/start.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/runtime/choice.h"
#include "core/container/runtime/conmon_start.h"
#include "core/engine.h"

static int64_t log_size_max(const struct starting *starting)
{
    const char *text = str_map_get(&starting->ctr->spec->log_options, "max-size");
    char *end;
    if (!text)
        return starting->engine->config->log_size_max > 0 ? starting->engine->config->log_size_max : 0;
    double value = strtod(text, &end);
    for (const char *unit = strchr("bkmg", *end ? *end | 0x20 : 'b'); unit && *unit != 'b'; unit--)
        value *= *unit ? 1024 : 1;
    return (int64_t)value;
}

static int run_conmon(struct starting *starting, const char *runtime, bool *ret_refused, struct error **err)
{
    struct engine *engine = starting->engine;
    const struct container *ctr = starting->ctr;
    const char *const exit_command[] = { engine->program, "cleanup", "--root", engine->root, "--runroot", engine->runroot, ctr->id, NULL };
    const struct conmon_create what = {
        .id = ctr->id,
        .name = ctr->name,
        .runtime = runtime,
        .bundle = starting->bundle,
        .run_dir = starting->run_dir,
        .exit_dir = arena_printf(starting->arena, "%s/exits", engine->run_dir),
        .persist_dir = arena_printf(starting->arena, "%s/persist/%s", engine->run_dir, ctr->id),
        .log_path = str_empty(ctr->log_path) ? NULL : ctr->log_path,
        .log_size_max = log_size_max(starting),
        .tty = ctr->spec->tty,
        .stdin_open = ctr->spec->open_stdin,
        .stdin_stays = ctr->spec->open_stdin && !ctr->spec->stdin_once && str_eq(ctr->spec->cap_defaults, "docker"),
        .timeout_s = ctr->spec->timeout,
        .exit_command = exit_command,
        .extra_fds = starting->plan.reserved.items,
        .extra_fd_count = starting->plan.reserved.count,
        .cgroup_parent = CONMON_CGROUP,
    };
    if (path_mkdirs(what.exit_dir, 0700, err) < 0 || path_mkdirs(what.persist_dir, 0700, err) < 0)
        return -1;
    starting->runtime = runtime;
    return conmon_create(engine, &what, &starting->created, ret_refused, err);
}

int start_create_process(struct starting *starting, struct error **err)
{
    bool refused = false;
    const char *runtime = runtime_choose(starting->engine, starting->arena, starting->ctr->spec->runtime, err);
    if (!runtime)
        return -1;
    if (run_conmon(starting, runtime, &refused, err) == 0)
        return 0;
    const char *other = refused ? runtime_fallback(starting->engine, starting->arena, runtime, starting->ctr->spec->runtime, *err) : NULL;
    if (!other)
        return -1;
    error_clear(err);
    return run_conmon(starting, other, &refused, err);
}
