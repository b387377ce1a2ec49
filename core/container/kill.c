#include <errno.h>
#include <signal.h>
#include <sys/pidfd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/row.h"
#include "core/container/runtime/process.h"
#include "core/container/still.h"
#include "core/oci/oci.h"

static int not_running(const struct container *ctr, struct error **err)
{
    return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
}

/* Takes no lock: a signal has to get through while a stop waits. */
int container_kill(struct engine *engine, const char *key, const char *signal, struct error **err)
{
    autoarena *arena = arena_new();
    int number = oci_signal(str_or(signal, "KILL"));
    if (number <= 0)
        return error_set(err, ERROR_INVALID, 0, "signal: \"%s\" is not a signal: expected a name like SIGTERM, or a number", signal);
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    autofd process = process_open(ctr->pid, row_pid_start(ctr));
    if ((ctr->state != CONTAINER_RUNNING && ctr->state != CONTAINER_PAUSED) || process < 0)
        return not_running(ctr, err);
    struct str_map attributes = { 0 };
    str_map_set(arena, &attributes, "signal", arena_printf(arena, "%d", number));
    /* A killed container is not restarted; other signals are the container's own business. */
    bool ends = number == SIGKILL || number == oci_signal(ctr->stop_signal), still;
    if (row_change_if(engine, ctr, "kill", &attributes, &still, err,
                      "UPDATE containers SET stopped_by_user = max(stopped_by_user, ?1), rev = rev + 1 WHERE id = ?2 AND pid = ?3", "isi",
                      (int64_t)ends, ctr->id, ctr->pid) < 0)
        return -1;
    if (!still)
        return not_running(ctr, err);
    if (pidfd_send_signal(process, number, NULL, 0) < 0)
        return errno == ESRCH ? not_running(ctr, err) : error_set(err, ERROR_INTERNAL, errno, "sending signal %d to container %s", number, ctr->id);
    if (number == SIGKILL)
        container_thaw(engine, ctr);
    return 0;
}
