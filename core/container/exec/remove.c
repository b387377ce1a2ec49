#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"

#define KILL_MS 10000

/* conmon writes it last of all: from then on nobody makes files in the session's directory. */
static void await_exit_file(struct arena *arena, const char *dir, const struct exec_session *session)
{
    const char *folder = arena_printf(arena, "%s/exit", dir),
               *file = arena_printf(arena, "%s/%s", folder, session->container_id);
    autofd watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch < 0 || inotify_add_watch(watch, folder, IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF) < 0)
        return;
    int64_t deadline = clock_monotonic() + KILL_MS * 1000000LL;
    while (!path_exists(file) && clock_monotonic() < deadline) {
        char events[4096];
        if (fd_poll(watch, POLLIN, KILL_MS) != 1 || read(watch, events, sizeof events) < 0 || !path_exists(folder))
            return;
    }
}

static int kill_process(const struct exec_session *session, struct error **err)
{
    autofd pidfd = session->pid > 0 ? pidfd_open((pid_t)session->pid, 0) : -1;
    if (pidfd < 0)
        return 0;
    if (pidfd_send_signal(pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
        return error_set(err, ERROR_INTERNAL, errno, "killing exec session %s", session->id);
    if (fd_poll(pidfd, POLLIN, KILL_MS) != 1)
        return error_set(err, ERROR_TIMEOUT, 0, "exec session %s did not end within %d s of SIGKILL", session->id,
                         KILL_MS / 1000);
    return 0;
}

int exec_remove(struct engine *engine, const char *id, bool force, struct error **err)
{
    autoarena *arena = arena_new();
    struct exec_session session;
    if (exec_find(engine, arena, id, &session, err) < 0)
        return -1;
    if (session.running && !force)
        return error_set_about(err, ERROR_CONFLICT, "exec", id,
                               "exec session %s is running: stop it first, or use force", id);
    if (session.running) {
        autocontainer *ctr = container_find(engine, session.container_id, err);
        if (!ctr || kill_process(&session, err) < 0 || exec_row_ended(engine, ctr, id, 128 + SIGKILL, err) < 0)
            return -1;
        await_exit_file(arena, exec_dir(engine, arena, &session), &session);
    }
    exec_remove_dir(exec_dir(engine, arena, &session));
    return exec_row_delete(engine, id, err);
}
