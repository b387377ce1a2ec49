#include "core/container/health/probe.h"

#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/spawn.h"
#include "core/container/runtime/words.h"
#include "core/container/secrets.h"
#include "core/engine.h"
#include "core/oci/oci.h"
#include "core/store/store.h"

#define PROCESS_MAX (8u << 20)
#define WORDS_MAX 65536
#define CGROUP_MAX 65536
#define CHUNK 4096
#define DIE_MS 2000 /* from SIGKILL to the runtime's end; a frozen process does not die */

struct probe {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const char *dir;
    struct process runtime;
    int output; /* owned */
    struct buf said;
    size_t size; /* of what is kept of it */
    bool cut;
};

/* ---- what runs ---- */

static struct str_list command_of(struct arena *arena, const struct container_spec *spec, const struct container_health *check)
{
    const struct str_list *test = &check->test;
    struct str_list command = { 0 }, words = { test->items + 1, test->count - 1 };
    if (!strcmp(test->items[0], "CMD"))
        return words;
    if (strcmp(test->items[0], "CMD-SHELL") != 0)
        return *test; /* podman: the command as it is */
    for (size_t i = 0; i < spec->health_shell.count; i++)
        str_list_add(arena, &command, spec->health_shell.items[i]);
    if (!command.count) {
        str_list_add(arena, &command, "/bin/sh");
        str_list_add(arena, &command, "-c");
    }
    str_list_add(arena, &command, str_join(arena, &words, " "));
    return command;
}

static const char *dir_of(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name)
{
    return arena_printf(arena, "%s/%s", store_container_run_dir(engine->store, arena, ctr->id), name);
}

static int write_process(const struct probe *probe, const struct container_health *check, struct error **err)
{
    struct engine *engine = probe->engine;
    struct exec_spec spec = { .command = command_of(probe->arena, probe->ctr->spec, check) };
    autobuf process = BUF(PROCESS_MAX);
    if (container_secret_env(engine, probe->arena, probe->ctr->spec, &spec.env, err) < 0 ||
        oci_exec_process(engine, probe->arena, probe->ctr, &spec, probe->ctr->mountpoint, 0, 0, &process, err) < 0 ||
        path_mkdirs(probe->dir, 0700, err) < 0)
        return -1;
    return container_write_private(engine, probe->arena, probe->ctr, probe->dir, "process.json", process.data, process.len, err);
}

static int start(struct probe *probe, struct error **err)
{
    struct arena *arena = probe->arena;
    const char *argv[] = { probe->ctr->runtime, "--log-format=json", "--log", arena_printf(arena, "%s/oci-log", probe->dir), "exec",
                           "--process", arena_printf(arena, "%s/process.json", probe->dir), "--pid-file",
                           arena_printf(arena, "%s/pid", probe->dir), probe->ctr->id, NULL };
    int ends[2];
    if (fd_pipe(ends, err) < 0)
        return -1;
    autofd from = ends[0], to = ends[1];
    const struct spawn_fd fds[] = { { to, 1 }, { to, 2 } };
    const struct spawn what = { .argv = argv, .fds = fds, .fd_count = 2, .new_session = 1 };
    if (spawn_start(&what, &probe->runtime, err) < 0)
        return -1;
    probe->output = fd_take(&from);
    return 0;
}

/* ---- its end ---- */

/* The process in the container, 0 when it did not come so far. */
static pid_t read_pid(struct arena *arena, const char *dir)
{
    autoerror *none = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/pid", dir), 32, NULL, &none);
    return text ? (pid_t)atoi(text) : 0;
}

/* A number in a file may be another's by now: not that of somebody in the container's cgroup. */
static bool is_of(struct arena *arena, const struct container *ctr, pid_t pid)
{
    autoerror *gone = NULL;
    autofree char *text = path_read(arena_printf(arena, "/proc/%d/cgroup", (int)pid), CGROUP_MAX, NULL, &gone);
    return text && strstr(text, ctr->id);
}

static void kill_probe(struct arena *arena, const struct container *ctr, const char *dir)
{
    pid_t pid = read_pid(arena, dir);
    autofd process = pid > 1 ? pidfd_open(pid, 0) : -1;
    if (process < 0 || !is_of(arena, ctr, pid))
        return;
    if (getpgid(pid) == pid) /* what it started goes too */
        kill(-pid, SIGKILL);
    pidfd_send_signal(process, SIGKILL, NULL, 0);
}

/* The runtime's exit code. @early: it is not done yet */
static int end(struct probe *probe, bool early)
{
    if (early)
        kill_probe(probe->arena, probe->ctr, probe->dir);
    int code = process_wait(&probe->runtime, DIE_MS);
    if (code != -2)
        return code;
    process_kill(&probe->runtime, SIGKILL);
    return process_wait(&probe->runtime, -1);
}

/* What is more than is kept is read all the same, or the check would wait for us. */
static void take_output(struct probe *probe)
{
    char chunk[CHUNK];
    ssize_t n = read(probe->output, chunk, sizeof chunk);
    if (n <= 0) {
        fd_close(fd_take(&probe->output));
        return;
    }
    size_t room = probe->size - probe->said.len, taken = (size_t)n < room ? (size_t)n : room;
    probe->cut |= taken < (size_t)n;
    buf_append(&probe->said, chunk, taken);
}

/* Its own children may hold the pipe open and go on writing: what a pipe can hold is enough. */
static void take_rest(struct probe *probe)
{
    for (size_t taken = 0; taken < 65536 && probe->output >= 0 && fd_poll(probe->output, POLLIN, 0) > 0; taken += CHUNK)
        take_output(probe);
}

enum outcome { OUTCOME_DONE, OUTCOME_LATE, OUTCOME_CONTAINER_ENDED };

static enum outcome follow(struct probe *probe, int64_t deadline, int ended)
{
    for (;;) {
        int64_t left = (deadline - clock_monotonic() + 999999) / 1000000;
        struct pollfd polls[] = { { probe->runtime.pidfd, POLLIN, 0 }, { ended, POLLIN, 0 }, { probe->output, POLLIN, 0 } };
        if (left <= 0)
            return OUTCOME_LATE;
        if (poll(polls, 3, left > INT_MAX ? INT_MAX : (int)left) <= 0)
            continue;
        if (polls[2].revents)
            take_output(probe);
        if (polls[1].revents)
            return OUTCOME_CONTAINER_ENDED;
        if (polls[0].revents)
            return OUTCOME_DONE;
    }
}

/* ---- the result ---- */

static const char *output_of(struct probe *probe)
{
    return arena_printf(probe->arena, "%s%s", buf_text(&probe->said), probe->cut ? "..." : "");
}

static void show_late(struct probe *probe, const struct container_health *check, struct container_health_result *result)
{
    char text[CLOCK_TEXT_SIZE];
    result->exit_code = -1;
    result->output = arena_printf(probe->arena, "Health check exceeded timeout (%s)%s%s",
                                  clock_format_duration(health_timeout(check), text), probe->said.len ? ": " : "", output_of(probe));
}

static const char *runtime_said(const struct probe *probe)
{
    autoerror *none = NULL;
    autofree char *text = path_read(arena_printf(probe->arena, "%s/oci-log", probe->dir), WORDS_MAX, NULL, &none);
    return text ? runtime_words(probe->arena, text) : "";
}

static void show_done(struct probe *probe, int code, struct container_health_result *result)
{
    const char *words = code ? runtime_said(probe) : "";
    bool ran = read_pid(probe->arena, probe->dir) > 0 && !*words;
    result->exit_code = ran ? code : -1;
    result->output = ran ? output_of(probe) : arena_printf(probe->arena, "OCI runtime exec failed: %s", *words ? words : buf_text(&probe->said));
}

static int run(struct probe *probe, const struct container_health *check, int ended, struct container_health_result *result,
               struct error **err)
{
    result->start = clock_now();
    if (start(probe, err) < 0)
        return -1;
    enum outcome outcome = follow(probe, clock_monotonic() + health_timeout(check), ended);
    int code = end(probe, outcome != OUTCOME_DONE);
    take_rest(probe);
    result->end = clock_now();
    if (outcome == OUTCOME_LATE)
        show_late(probe, check, result);
    else
        show_done(probe, code, result);
    return outcome == OUTCOME_CONTAINER_ENDED || (result->exit_code && fd_poll(ended, POLLIN, 0) > 0) ? 0 : 1;
}

static void remove_dir(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name, const char *dir)
{
    autoerror *err = NULL;
    container_forget_private(engine, ctr->id, arena_printf(arena, "%s-process.json", name));
    if (path_remove_tree(dir, &err) < 0)
        log_debug("health check: %s", err->message);
}

int health_probe(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_health *check,
                 const char *name, int ended, struct container_health_result *ret_result, struct error **err)
{
    struct probe probe = {
        .engine = engine, .arena = arena, .ctr = ctr, .dir = dir_of(engine, arena, ctr, name), .output = -1,
        .size = (size_t)health_log_size(ctr->spec),
    };
    probe.said = (struct buf)BUF(probe.size + 1);
    struct container_health_result result = { 0 };
    int rc = write_process(&probe, check, err);
    if (!rc)
        rc = run(&probe, check, ended, &result, err);
    fd_close(probe.output);
    buf_free(&probe.said);
    remove_dir(engine, arena, ctr, name, probe.dir);
    if (rc > 0)
        *ret_result = result;
    return rc;
}

void health_probe_forget(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name)
{
    const char *dir = dir_of(engine, arena, ctr, name);
    if (!path_exists(dir))
        return;
    kill_probe(arena, ctr, dir);
    remove_dir(engine, arena, ctr, name, dir);
}
