#include "core/system/helpers.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/spawn.h"
#include "core/config/config.h"
#include "core/container/runtime/choice.h"
#include "core/engine.h"
#include "core/system/system.h"

#define MAX_VERSION_BYTES 4096
#define ASK_TIMEOUT_MS 5000

/* "conmon version 2.1.6\ncommit: …": all of it, without the last line end. */
static char *ask(const char *path)
{
    const char *argv[] = { path, "--version", NULL };
    const struct spawn what = { .argv = argv };
    struct buf out = BUF(MAX_VERSION_BYTES);
    autoerror *ignored = NULL;
    if (spawn_run(&what, NULL, &out, NULL, ASK_TIMEOUT_MS, &ignored) != 0)
        buf_clear(&out);
    while (out.len && out.data[out.len - 1] == '\n')
        out.data[--out.len] = '\0';
    return buf_take(&out);
}

/* RUNROOT/coracle/versions/NAME holds "size mtime path\n" and then the answer. */
static const char *version_of(struct engine *engine, struct arena *arena, const char *name, const char *path)
{
    struct stat st;
    if (!*path || stat(path, &st) < 0)
        return "";
    const char *dir = arena_printf(arena, "%s/versions", engine->run_dir), *file = arena_printf(arena, "%s/%s", dir, name);
    const char *key = arena_printf(arena, "%lld %lld.%09ld %s\n", (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec, path);
    autoerror *none = NULL;
    autofree char *kept = path_read(file, MAX_VERSION_BYTES * 2, NULL, &none);
    if (kept && str_starts(kept, key))
        return arena_strdup(arena, kept + strlen(key));
    error_clear(&none);
    autofree char *answer = ask(path);
    const char *text = arena_printf(arena, "%s%s", key, answer);
    if (path_mkdirs(dir, 0700, &none) == 0) /* not kept: the next one asks again */
        path_write_atomic(file, text, strlen(text), 0600, false, &none);
    return arena_strdup(arena, answer);
}

/* Those that are installed, and which of them runs containers: not always the preferred one. */
static void find_runtimes(struct engine *engine, struct arena *arena, struct system_info *info)
{
    const struct config *config = engine->config;
    static const char *const names[] = { "crun", "runc" };
    autoerror *none = NULL;
    info->runtime_name = str_or(config->runtime, "crun");
    info->runtime_path = str_or(runtime_choose(engine, arena, NULL, &none), "");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = config_find_helper(config, arena, names[i], i ? &config->runc_paths : &config->crun_paths);
        if (!path)
            continue;
        str_map_set(arena, &info->runtimes, names[i], path);
        if (!strcmp(path, info->runtime_path))
            info->runtime_name = names[i];
    }
}

void system_helpers(struct engine *engine, struct arena *arena, struct system_info *info)
{
    const struct config *config = engine->config;
    info->conmon_path = str_or(config_find_helper(config, arena, "conmon", &config->conmon_paths), "");
    find_runtimes(engine, arena, info);
    info->netavark_path = str_or(config_find_helper(config, arena, "netavark", NULL), "");
    info->aardvark_path = str_or(config_find_helper(config, arena, "aardvark-dns", NULL), "");
    info->init_path = str_or(config->init_path, "");
    if (!*info->init_path)
        info->init_path = str_or(config_find_helper(config, arena, "catatonit", NULL), "");
    info->conmon_version = version_of(engine, arena, "conmon", info->conmon_path);
    info->runtime_version = version_of(engine, arena, info->runtime_name, info->runtime_path);
    info->netavark_version = version_of(engine, arena, "netavark", info->netavark_path);
    info->aardvark_version = version_of(engine, arena, "aardvark-dns", info->aardvark_path);
}

/* The last word of the first line. */
const char *system_version_word(struct arena *arena, const char *words)
{
    const char *end = words + strcspn(words, "\n"), *start = end;
    while (start > words && start[-1] != ' ')
        start--;
    return arena_strndup(arena, start, (size_t)(end - start));
}

const char *system_version_commit(struct arena *arena, const char *words)
{
    static const char mark[] = "\ncommit: ";
    const char *found = strstr(words, mark);
    if (!found || str_starts(found, "\ncommit: unknown"))
        return "";
    found += strlen(mark);
    return arena_strndup(arena, found, strcspn(found, "\n"));
}
