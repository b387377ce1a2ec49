/* The process object: of the container itself and of exec sessions. */
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/container/environment.h"
#include "core/engine.h"
#include "core/oci/build.h"
#include "core/oci/capabilities.h"
#include "core/oci/process.h"
#include "core/oci/user.h"

#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static bool has_name(const struct str_list *env, const char *entry, size_t len)
{
    for (size_t i = 0; i < env->count; i++)
        if (!strncmp(env->items[i], entry, len))
            return true;
    return false;
}

/* Adds or replaces; a name without a value is nothing a process can have. */
static void env_set(struct arena *arena, struct str_list *env, const char *entry)
{
    const char *equals = strchr(entry, '=');
    if (!equals || equals == entry)
        return;
    size_t len = (size_t)(equals - entry) + 1;
    for (size_t i = 0; i < env->count; i++) {
        if (!strncmp(env->items[i], entry, len)) {
            env->items[i] = entry;
            return;
        }
    }
    str_list_add(arena, env, entry);
}

/* What the user does not want is not there by default either. */
static void env_default(const struct build *build, struct str_list *env, const char *entry)
{
    if (!container_environment_lacks(build->ctr->spec, entry))
        env_set(build->arena, env, entry);
}

static const char *hostname_of(const struct build *build)
{
    const struct container *ctr = build->ctr;
    if (build->spec.hostname)
        return build->spec.hostname;
    return str_empty(ctr->spec->hostname) ? arena_strndup(build->arena, ctr->id, 12) : ctr->spec->hostname;
}

static struct str_list make_env(const struct build *build, const struct str_list *more, const char *home, bool tty)
{
    struct arena *arena = build->arena;
    struct str_list env = { 0 };
    env_default(build, &env, DEFAULT_PATH);
    if (is_podman(build))
        env_default(build, &env, "container=podman");
    env_set(arena, &env, arena_printf(arena, "HOSTNAME=%s", hostname_of(build)));
    if (tty)
        env_set(arena, &env, "TERM=xterm");
    if (is_podman(build))
        for (size_t i = 0; i < build->engine->config->env.count; i++)
            env_default(build, &env, build->engine->config->env.items[i]);
    for (size_t i = 0; i < build->ctr->env.count; i++)
        env_set(arena, &env, build->ctr->env.items[i]);
    for (size_t i = 0; more && i < more->count; i++)
        env_set(arena, &env, more->items[i]);
    if (!has_name(&env, "HOME=", 5))
        env_set(arena, &env, arena_printf(arena, "HOME=%s", home));
    return env;
}

static int umask_of(const struct build *build, int64_t *ret_umask, struct error **err)
{
    const char *text =
        str_empty(build->ctr->spec->umask) ? str_or(build->engine->config->umask, "0022") : build->ctr->spec->umask;
    char *end;
    long value = strtol(text, &end, 8);
    if (*end || end == text || value < 0 || value > 0777)
        return error_set(err, ERROR_INVALID, 0, "umask: \"%s\" is not valid: expected octal digits up to 0777", text);
    *ret_umask = value;
    return 0;
}

int process_fill(const struct build *build, const struct process_wish *wish, struct oci_process *process,
                 struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    struct arena *arena = build->arena;
    struct user user;
    int64_t mask = 0;
    if (user_find(arena, build->root, wish->user, &spec->groups, &user, err) < 0 || umask_of(build, &mask, err) < 0)
        return -1;
    process->user.uid = user.uid;
    process->user.gid = user.gid;
    process->user.umask = number(arena, mask);
    /* The primary group is listed as well: else setgroups() leaves a way round "negative" group permissions. */
    *LIST_ADD(arena, &process->user.additional_gids) = user.gid;
    for (size_t i = 0; i < user.groups.count; i++)
        *LIST_ADD(arena, &process->user.additional_gids) = user.groups.items[i];

    process->terminal = wish->tty;
    if (wish->tty && wish->rows > 0 && wish->columns > 0) {
        process->console_size = arena_zalloc(arena, sizeof *process->console_size);
        *process->console_size = (struct oci_box){ .height = wish->rows, .width = wish->columns };
    }
    process->env = make_env(build, wish->env, user.home, wish->tty);
    process->cwd = str_or(str_empty(wish->workdir) ? build->ctr->workdir : wish->workdir, "/");
    if (!*process->cwd)
        process->cwd = "/";
    if (*process->cwd != '/')
        return error_set(err, ERROR_INVALID, 0, "workdir: \"%s\" is not an absolute path", process->cwd);
    process->capabilities = arena_zalloc(arena, sizeof *process->capabilities);
    if (capability_fill(build, user.uid, wish->privileged, process->capabilities, err) < 0 ||
        build_rlimits(build, process, err) < 0)
        return -1;
    process->no_new_privileges = spec->no_new_privileges;
    if (build->machine.apparmor && !spec->privileged && !wish->privileged && !str_empty(spec->apparmor) &&
        !mode_is(spec->apparmor, "unconfined"))
        process->apparmor_profile = spec->apparmor;
    if (spec->resources.oom_score_adj)
        process->oom_score_adj = number(arena, spec->resources.oom_score_adj);
    return 0;
}

const char *process_init_path(const struct build *build)
{
    return is_podman(build) ? "/run/podman-init" : "/sbin/docker-init";
}

static struct str_list command_of(const struct build *build)
{
    struct arena *arena = build->arena;
    const struct container *ctr = build->ctr;
    struct str_list args = { 0 };
    if (ctr->spec->init && build->place->init_path) {
        str_list_add(arena, &args, process_init_path(build));
        str_list_add(arena, &args, "--");
    }
    for (size_t i = 0; i < ctr->entrypoint.count; i++)
        str_list_add(arena, &args, ctr->entrypoint.items[i]);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &args, ctr->command.items[i]);
    return args;
}

int build_process(struct build *build, struct error **err)
{
    const struct container *ctr = build->ctr;
    if (!ctr->entrypoint.count && !ctr->command.count)
        return error_set(err, ERROR_INVALID, 0, "no command specified");
    build->spec.process.args = command_of(build);
    struct process_wish wish = { .user = str_or(ctr->user, ""), .env = &build->place->secret_env, .tty = ctr->spec->tty };
    if (ctr->spec->console_size.count == 2) {
        wish.rows = ctr->spec->console_size.items[0];
        wish.columns = ctr->spec->console_size.items[1];
    }
    return process_fill(build, &wish, &build->spec.process, err);
}
