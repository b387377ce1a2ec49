#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/container/attach/client.h"
#include "core/container/attach/pump.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"
#include "core/container/lock.h"
#include "core/container/repair.h"
#include "core/container/row.h"
#include "core/container/runtime/conmon.h"
#include "core/container/runtime/conmon_types.h"
#include "core/container/runtime/process.h"
#include "core/engine.h"

#define ENDING_MS 200  /* what fails may have met the container's end */
#define EXIT_MS 10000 /* from the end of all output to conmon's word about the exit */

/* What a start works on. The container's lock is held until the process is there: nobody pauses, stops or removes the
 * container under it. */
struct starting {
    struct exec_session session;
    struct container *ctr; /* owned */
    int lock;              /* -1: given back */
};

static void let_go(struct starting *starting)
{
    fd_close(fd_take(&starting->lock));
}

static void forget(struct starting *starting)
{
    let_go(starting);
    container_unref(starting->ctr);
}

/* Loads the session and its container, checks both, and claims it. To be forgotten after success. */
static int claim(struct engine *engine, struct arena *arena, const char *id, struct starting *starting, struct error **err)
{
    *starting = (struct starting){ .lock = -1 };
    if (exec_row_get(engine, arena, id, &starting->session, err) < 0)
        return -1;
    starting->lock = container_lock(engine, starting->session.container_id, "exec", err);
    if (starting->lock < 0)
        return -1;
    starting->ctr = container_repair(engine, starting->session.container_id, err);
    if (starting->ctr && exec_check_container(starting->ctr, err) == 0 && exec_row_claim(engine, id, err) == 0)
        return 0;
    forget(starting);
    return -1;
}

/* The runtime fails in many words at a container that is just ending. */
static void blame_container(const struct container *ctr, struct error **err)
{
    if ((*err)->kind != ERROR_INTERNAL || !process_ends(ctr->pid, row_pid_start(ctr), ENDING_MS))
        return;
    error_clear(err);
    error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
}

/* The client has its head already, so words are all that can be sent; the exit code says the rest. */
static void tell_client(const struct pump *pump, const char *text)
{
    autobuf out = BUF(1 << 16);
    uint32_t size = htobe32((uint32_t)strlen(text) + 2);
    if (pump->framed) {
        buf_append(&out, "\1\0\0\0", 4);
        buf_append(&out, &size, sizeof size);
    }
    buf_puts(&out, text);
    buf_puts(&out, "\r\n");
    if (!out.full && fd_write_all_raw(pump->client, out.data, out.len) < 0)
        log_debug("the client of a failed exec session left");
}

static void record(struct engine *engine, struct arena *arena, const struct container *ctr,
                   const struct exec_session *session, int64_t code)
{
    autoerror *err = NULL;
    if (exec_ended(engine, arena, ctr, session, code, &err) < 0)
        log_debug("exit of exec session %s is not recorded yet: %s", session->id, err->message);
}

/* From the attach pipe's word that the socket is there to the running process. */
static int connect_and_go(struct engine *engine, struct arena *arena, const struct exec_session *session,
                          struct conmon_pipes *pipes, int *ret_socket, int64_t *ret_pid, struct error **err)
{
    struct conmon_sync *message;
    const char *dir = exec_dir(engine, arena, session);
    if (conmon_receive(arena, pipes->attach, CONMON_TIMEOUT_MS, &message, err) < 0)
        return -1;
    if (!message || message->data < 0)
        return conmon_failure(arena, "exec", dir, message, NULL, err);
    autofd socket = conmon_connect(dir, err);
    if (socket < 0)
        return -1;
    if (send(pipes->start, "", 1, MSG_NOSIGNAL) < 0)
        return error_set(err, ERROR_INTERNAL, 0, "conmon died before exec session %s started", session->id);
    if (exec_await_pid(engine, arena, session, pipes, ret_pid, err) < 0)
        return -1;
    *ret_socket = fd_take(&socket);
    return 0;
}

/* conmon's last word; without it the exit command records what the exit file says. */
static void record_exit(struct engine *engine, struct arena *arena, const struct container *ctr,
                        const struct exec_session *session, int sync)
{
    autoerror *err = NULL;
    struct conmon_sync *message;
    if (conmon_receive(arena, sync, EXIT_MS, &message, &err) < 0 || !message) {
        log_debug("no exit code of exec session %s: %s", session->id, err ? err->message : "conmon closed its pipe");
        return;
    }
    record(engine, arena, ctr, session, message->data);
}

static int run(struct engine *engine, struct arena *arena, struct starting *starting, struct pump *pump, struct conmon_pipes *pipes,
               struct error **err)
{
    int64_t pid;
    int socket = -1;
    const struct exec_session *session = &starting->session;
    if (connect_and_go(engine, arena, session, pipes, &socket, &pid, err) < 0)
        return -1;
    autofd conmon = socket;
    autofd exited = pidfd_open((pid_t)pid, 0);
    autoerror *late = NULL;
    if (exec_row_started(engine, session->id, pid, &late) < 0)
        log_debug("process of exec session %s is not recorded: %s", session->id, late->message);
    let_go(starting);
    pump->conmon = conmon;
    pump->exited = exited;
    if (pump_run(pump) == PUMP_ENDED)
        record_exit(engine, arena, starting->ctr, session, pipes->sync);
    return 0;
}

static int prepare_pump(const struct exec_session *session, bool tty, struct pump *ret_pump, struct error **err)
{
    const struct exec_spec *spec = &session->spec;
    *ret_pump = (struct pump){
        .client = -1, .conmon = -1, .exited = -1, .in = spec->attach_stdin, .out = spec->attach_stdout || spec->tty,
        .err = spec->attach_stderr, .framed = !tty, .at_stdin_end = spec->tty ? PUMP_STDIN_KEEP : PUMP_STDIN_CLOSE,
    };
    if (detach_keys_parse(spec->detach_keys, &ret_pump->keys, err) < 0)
        return -1;
    if (!spec->tty)
        ret_pump->keys.count = 0;
    return 0;
}

static void give_back(struct engine *engine, const struct exec_session *session)
{
    autoerror *err = NULL;
    if (exec_row_unclaim(engine, session->id, &err) < 0)
        log_debug("exec session %s stays claimed: %s", session->id, err->message);
}

int exec_start_attached(struct engine *engine, const char *id, bool tty, int64_t rows, int64_t columns,
                        const struct container_client *client, struct error **err)
{
    autoarena *arena = arena_new();
    struct starting starting;
    struct pump pump;
    if (claim(engine, arena, id, &starting, err) < 0)
        return -1;
    if (prepare_pump(&starting.session, tty, &pump, err) < 0 || client_begin(client, &pump, err) < 0) {
        give_back(engine, &starting.session);
        forget(&starting);
        return -1;
    }
    autoerror *failed = NULL;
    struct conmon_pipes pipes;
    int rc = exec_row_announce(engine, starting.ctr, &starting.session, &failed);
    if (!rc)
        rc = exec_spawn(engine, arena, starting.ctr, &starting.session, true, rows, columns, &pipes, &failed);
    if (!rc) {
        rc = run(engine, arena, &starting, &pump, &pipes, &failed);
        conmon_pipes_close(&pipes);
    }
    if (rc < 0) {
        let_go(&starting); /* whoever does not read must not hold up the container */
        blame_container(starting.ctr, &failed);
        /* First the code, then the words: a client that sees the end asks for the code at once. */
        record(engine, arena, starting.ctr, &starting.session, exec_code_of(failed));
        tell_client(&pump, failed->message);
    }
    forget(&starting);
    return 0;
}

/* Until its process is there. */
static int start_detached(struct engine *engine, struct arena *arena, const struct starting *starting, struct error **err)
{
    struct conmon_pipes pipes;
    int64_t pid = 0;
    const struct exec_session *session = &starting->session;
    if (exec_row_announce(engine, starting->ctr, session, err) < 0 ||
        exec_spawn(engine, arena, starting->ctr, session, false, 0, 0, &pipes, err) < 0)
        return -1;
    int rc = exec_await_pid(engine, arena, session, &pipes, &pid, err);
    conmon_pipes_close(&pipes);
    return rc < 0 ? -1 : exec_row_started(engine, session->id, pid, err);
}

int exec_start_detached(struct engine *engine, const char *id, struct error **err)
{
    autoarena *arena = arena_new();
    struct starting starting;
    if (claim(engine, arena, id, &starting, err) < 0)
        return -1;
    int rc = start_detached(engine, arena, &starting, err);
    if (rc < 0) {
        blame_container(starting.ctr, err);
        record(engine, arena, starting.ctr, &starting.session, exec_code_of(*err));
    }
    forget(&starting);
    return rc;
}
