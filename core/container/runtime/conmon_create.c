/* A container through conmon and the runtime's create. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/conmon_start.h"
#include "core/container/runtime/conmon_types.h"
#include "core/engine.h"

static void add(struct arena *arena, struct str_list *argv, const char *name, const char *value)
{
    str_list_add(arena, argv, name);
    if (value)
        str_list_add(arena, argv, value);
}

static struct str_list arguments(struct arena *arena, const char *conmon, const struct conmon_create *what)
{
    struct str_list argv = { 0 };
    add(arena, &argv, conmon, NULL);
    add(arena, &argv, "--api-version", "1");
    add(arena, &argv, "-c", what->id);
    add(arena, &argv, "-u", what->id);
    add(arena, &argv, "-b", what->bundle);
    add(arena, &argv, "-p", arena_printf(arena, "%s/pidfile", what->run_dir));
    add(arena, &argv, "-n", what->name);
    add(arena, &argv, "--exit-dir", what->exit_dir);
    add(arena, &argv, "--persist-dir", what->persist_dir);
    add(arena, &argv, "--full-attach", NULL);
    add(arena, &argv, "-l", what->log_path ? arena_printf(arena, "k8s-file:%s", what->log_path) : "none");
    if (what->log_path && what->log_size_max > 0)
        add(arena, &argv, "--log-size-max", arena_printf(arena, "%lld", what->log_size_max));
    add(arena, &argv, "--log-level", "warning");
    conmon_add_runtime(arena, &argv, what->runtime, what->run_dir);
    if (what->tty || what->stdin_open) /* a terminal brings its own input */
        add(arena, &argv, what->tty ? "-t" : "-i", NULL);
    if (what->stdin_open && what->stdin_stays)
        add(arena, &argv, "--leave-stdin-open", NULL);
    if (what->timeout_s > 0)
        add(arena, &argv, "--timeout", arena_printf(arena, "%lld", what->timeout_s));
    add(arena, &argv, "--conmon-pidfile", arena_printf(arena, "%s/conmon.pid", what->run_dir));
    conmon_add_exit_command(arena, &argv, what->exit_command);
    str_list_add(arena, &argv, NULL);
    return argv;
}

/* What an earlier start left would be taken for this one's. */
static void forget_last_start(struct arena *arena, const struct conmon_create *what)
{
    static const char *const files[] = { "pidfile", "conmon.pid", "oci-log" };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        unlink(arena_printf(arena, "%s/%s", what->run_dir, files[i]));
    unlink(arena_printf(arena, "%s/attach", what->bundle));
}

static pid_t read_pid(struct arena *arena, const struct conmon_create *what)
{
    autoerror *ignored = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/conmon.pid", what->run_dir), 64, NULL, &ignored);
    return text ? (pid_t)atoi(text) : 0;
}

int conmon_create(struct engine *engine, const struct conmon_create *what, struct conmon_created *ret_created,
                  bool *ret_refused, struct error **err)
{
    autoarena *arena = arena_new();
    *ret_refused = false;
    const char *conmon = config_find_helper(engine->config, arena, "conmon", &engine->config->conmon_paths);
    forget_last_start(arena, what);
    struct conmon_start start = {
        .argv = arguments(arena, conmon ? conmon : "conmon", what), .dir = what->bundle, .log_dir = what->run_dir,
        .cgroup = what->cgroup_parent, .extra_fds = what->extra_fds, .extra_fd_count = what->extra_fd_count,
    };
    struct conmon_pipes pipes;
    if (conmon_start(arena, &start, &pipes, err) < 0)
        return -1;
    struct conmon_sync *message;
    int rc = conmon_receive(arena, pipes.sync, CONMON_TIMEOUT_MS, &message, err);
    conmon_pipes_close(&pipes);
    if (rc < 0)
        return -1;
    if (!message || message->data <= 0)
        return conmon_failure(arena, "create", what->run_dir, message, ret_refused, err);
    ret_created->pid = (pid_t)message->data;
    ret_created->conmon_pid = read_pid(arena, what);
    return 0;
}
