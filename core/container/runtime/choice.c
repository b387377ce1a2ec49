#include "core/container/runtime/choice.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"

#define MAX_PATH 4096

static const char *find(struct engine *engine, struct arena *arena, const char *name)
{
    const struct config *config = engine->config;
    return config_find_helper(config, arena, name, !strcmp(name, "runc") ? &config->runc_paths : &config->crun_paths);
}

static const char *remembered(struct engine *engine, struct arena *arena)
{
    autoerror *none = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/runtime", engine->run_dir), MAX_PATH, NULL, &none);
    return text && path_exists(text) ? arena_strdup(arena, text) : NULL;
}

const char *runtime_choose(struct engine *engine, struct arena *arena, const char *asked, struct error **err)
{
    bool any = str_empty(asked) || !strcmp(asked, "oci");
    const char *name = any ? str_or(engine->config->runtime, "crun") : asked;
    const char *path = any ? remembered(engine, arena) : NULL;
    if (!path)
        path = find(engine, arena, name);
    if (!path && any)
        path = find(engine, arena, strcmp(name, "runc") ? "runc" : "crun");
    if (!path)
        error_set(err, ERROR_UNSUPPORTED, 0, "%s is not installed: install the package %s", name, name);
    return path;
}

const char *runtime_fallback(struct engine *engine, struct arena *arena, const char *refused, const char *asked, const struct error *why)
{
    bool any = str_empty(asked) || !strcmp(asked, "oci");
    const char *other = any ? find(engine, arena, strcmp(path_base(refused), "runc") ? "runc" : "crun") : NULL;
    if (!other)
        return NULL;
    log_warn("%s does not run containers on this machine (%s): using %s until the next boot", refused, why->message, other);
    autoerror *ignored = NULL; /* without the note the next start finds out again */
    path_write_atomic(arena_printf(arena, "%s/runtime", engine->run_dir), other, strlen(other), 0600, false, &ignored);
    return other;
}
