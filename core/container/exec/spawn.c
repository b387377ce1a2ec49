/* conmon and the runtime's exec. */
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/container/exec/session.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/conmon_types.h"
#include "core/container/secrets.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define PROCESS_MAX (8u << 20)

const char *exec_dir(struct engine *engine, struct arena *arena, const struct exec_session *session)
{
    return arena_printf(arena, "%s/%s", store_container_dir(engine->store, arena, session->container_id), session->id);
}

static const char *const *exit_command(struct engine *engine, struct arena *arena, const struct exec_session *session)
{
    struct str_list argv = { 0 };
    const char *const words[] = { engine->program, "cleanup", "--root", engine->root, "--runroot", engine->runroot,
                                  session->container_id, "--exec", session->id };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        str_list_add(arena, &argv, words[i]);
    str_list_add(arena, &argv, NULL);
    return argv.items;
}

static void add_pair(struct arena *arena, struct str_list *argv, const char *name, const char *value)
{
    str_list_add(arena, argv, name);
    str_list_add(arena, argv, value);
}

static struct str_list arguments(struct engine *engine, struct arena *arena, const struct container *ctr,
                                 const struct exec_session *session, const char *dir, bool attach)
{
    struct str_list argv = { 0 };
    const char *conmon = config_find_helper(engine->config, arena, "conmon", &engine->config->conmon_paths);
    str_list_add(arena, &argv, conmon ? conmon : "conmon");
    add_pair(arena, &argv, "--api-version", "1");
    add_pair(arena, &argv, "-c", ctr->id);
    add_pair(arena, &argv, "-u", session->id);
    add_pair(arena, &argv, "-b", dir);
    add_pair(arena, &argv, "-p", arena_printf(arena, "%s/exec_pid", dir));
    add_pair(arena, &argv, "-n", ctr->name);
    add_pair(arena, &argv, "--exit-dir", arena_printf(arena, "%s/exit", dir));
    add_pair(arena, &argv, "-l", "none");
    add_pair(arena, &argv, "--log-level", "warning");
    str_list_add(arena, &argv, "--full-attach");
    conmon_add_runtime(arena, &argv, ctr->runtime, dir);
    if (session->spec.tty)
        str_list_add(arena, &argv, "-t");
    else if (session->spec.attach_stdin && attach)
        str_list_add(arena, &argv, "-i");
    str_list_add(arena, &argv, "-e");
    if (attach)
        str_list_add(arena, &argv, "--exec-attach");
    add_pair(arena, &argv, "--exec-process-spec", arena_printf(arena, "%s/process.json", dir));
    conmon_add_exit_command(arena, &argv, exit_command(engine, arena, session));
    str_list_add(arena, &argv, NULL);
    return argv;
}

static int make_dir(struct engine *engine, struct arena *arena, const struct container *ctr,
                    const struct exec_session *session, const char *dir, int64_t rows, int64_t columns,
                    struct error **err)
{
    autobuf process = BUF(PROCESS_MAX);
    struct exec_spec spec = session->spec;
    spec.env = (struct str_list){ 0 };
    if (container_secret_env(engine, arena, ctr->spec, &spec.env, err) < 0)
        return -1;
    for (size_t i = 0; i < session->spec.env.count; i++)
        str_list_add(arena, &spec.env, session->spec.env.items[i]);
    if (oci_exec_process(engine, arena, ctr, &spec, ctr->mountpoint, rows, columns, &process, err) < 0 ||
        path_mkdirs(arena_printf(arena, "%s/exit", dir), 0700, err) < 0)
        return -1;
    return container_write_private(engine, arena, ctr, dir, "process.json", process.data, process.len, err);
}

int exec_spawn(struct engine *engine, struct arena *arena, const struct container *ctr,
               const struct exec_session *session, bool attach, int64_t rows, int64_t columns,
               struct conmon_pipes *ret_pipes, struct error **err)
{
    const char *dir = exec_dir(engine, arena, session);
    if (make_dir(engine, arena, ctr, session, dir, rows, columns, err) < 0)
        return -1;
    struct conmon_start start = {
        .argv = arguments(engine, arena, ctr, session, dir, attach),
        .dir = dir,
        .log_dir = dir,
        .cgroup = CONMON_CGROUP,
        .attach = attach,
    };
    return conmon_start(arena, &start, ret_pipes, err);
}

int exec_await_pid(struct engine *engine, struct arena *arena, const struct exec_session *session,
                   struct conmon_pipes *pipes, int64_t *ret_pid, struct error **err)
{
    struct conmon_sync *message;
    int rc = conmon_receive(arena, pipes->sync, CONMON_TIMEOUT_MS, &message, err);
    container_forget_private(engine, session->container_id, arena_printf(arena, "%s-process.json", session->id));
    if (rc < 0)
        return -1;
    if (!message || message->data <= 0)
        return conmon_failure(arena, "exec", exec_dir(engine, arena, session), message, NULL, err);
    *ret_pid = message->data;
    return 0;
}
