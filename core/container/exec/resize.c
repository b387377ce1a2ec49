#include <poll.h>
#include <sys/eventfd.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"
#include "core/container/runtime/conmon.h"
#include "core/engine.h"
#include "core/state/bell.h"

#define START_MS 10000

static int not_running(const char *id, struct error **err)
{
    return error_set_about(err, ERROR_CONFLICT, "exec", id, "exec session %s is not running", id);
}

/* Clients send the size as soon as they are attached, which is before the process is there. */
static int await_process(struct engine *engine, struct arena *arena, const char *id, int bell,
                         struct exec_session *ret_session, struct error **err)
{
    int64_t deadline = clock_monotonic() + START_MS * 1000000LL;
    for (;;) {
        if (exec_row_get(engine, arena, id, ret_session, err) < 0)
            return -1;
        if (!ret_session->running)
            return not_running(id, err);
        if (ret_session->pid)
            return 0;
        int64_t left = (deadline - clock_monotonic()) / 1000000;
        eventfd_t rings;
        if (left <= 0 || fd_poll(bell, POLLIN, (int)left) <= 0)
            return not_running(id, err);
        eventfd_read(bell, &rings);
    }
}

int exec_resize(struct engine *engine, const char *id, int64_t rows, int64_t columns, struct error **err)
{
    autoarena *arena = arena_new();
    struct exec_session session;
    int bell = bell_listen(engine->bell, err);
    if (bell < 0)
        return -1;
    int rc = await_process(engine, arena, id, bell, &session, err);
    bell_unlisten(engine->bell, bell);
    return rc < 0 ? -1 : conmon_resize(exec_dir(engine, arena, &session), rows, columns, err);
}
