#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/attach/attach.h"
#include "core/container/attach/client.h"
#include "core/container/attach/log.h"
#include "core/container/attach/wait.h"
#include "core/container/container.h"
#include "core/container/runtime/conmon.h"
#include "core/engine.h"
#include "core/state/bell.h"
#include "core/store/store.h"

static int check_state(const struct container *ctr, struct error **err)
{
    switch (ctr->state) {
    case CONTAINER_PAUSED:
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "container %s is paused, unpause the container before attach", ctr->name);
    case CONTAINER_RESTARTING:
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "container %s is restarting, wait until the container is running before attach",
                               ctr->name);
    case CONTAINER_REMOVING:
    case CONTAINER_DEAD:
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "container %s is %s: nothing can be attached to it", ctr->name,
                               container_state_text(ctr->state));
    default: return 0;
    }
}

/* Docker ends the whole attachment with the client's input unless StdinOnce; podman always passes the end on. */
static enum pump_stdin_end at_stdin_end(const struct container_spec *spec)
{
    bool podman = str_eq(spec->cap_defaults, "podman");
    if (!spec->tty && (podman || spec->stdin_once))
        return PUMP_STDIN_CLOSE;
    return podman ? PUMP_STDIN_KEEP : PUMP_STDIN_LEAVE;
}

static int prepare(struct attachment *attachment, struct error **err)
{
    const struct container_attach_query *query = attachment->query;
    const struct container_spec *spec = attachment->ctr->spec;
    attachment->pump = (struct pump){
        .client = -1,
        .conmon = -1,
        .exited = -1,
        .in = query->in && spec->open_stdin,
        .out = query->out,
        .err = query->err,
        .framed = query->framed,
        .at_stdin_end = at_stdin_end(spec),
    };
    if (detach_keys_parse(query->detach_keys, &attachment->pump.keys, err) < 0)
        return -1;
    if (!spec->tty) /* what is no terminal may carry any bytes */
        attachment->pump.keys.count = 0;
    return check_state(attachment->ctr, err);
}

static enum container_state state_now(struct engine *engine, const char *id)
{
    autoerror *gone = NULL;
    autocontainer *ctr = container_find(engine, id, &gone);
    return ctr ? ctr->state : CONTAINER_REMOVING;
}

static bool is_up(enum container_state state)
{
    return state == CONTAINER_RUNNING || state == CONTAINER_PAUSED;
}

/* Waits for whatever comes first: a start (in this process, or seen by the bell), removal, the client leaving. Returns
 * a socket to conmon, or -1 when there will be none. */
static int wait_for_start(struct attachment *attachment, int bell)
{
    struct engine *engine = attachment->engine;
    for (;;) {
        int socket;
        autoerror *late = NULL;
        if (attach_waiter_take(engine->attachments, &attachment->waiter, &socket))
            return socket;
        enum container_state state = state_now(engine, attachment->ctr->id);
        if (is_up(state)) /* started by another process; what it said so far is in the log only */
            return conmon_connect(attachment->bundle, &late);
        if (state == CONTAINER_REMOVING || state == CONTAINER_DEAD)
            return -1;
        struct pollfd polls[] = { { attachment->waiter.wake, POLLIN, 0 },
                                  { bell, POLLIN, 0 },
                                  { attachment->pump.client, 0, 0 } };
        if (poll(polls, 3, -1) < 0 && errno != EINTR)
            return -1;
        if (polls[2].revents) /* no events asked for: it is gone */
            return -1;
        uint64_t rings;
        if (polls[1].revents && read(bell, &rings, sizeof rings) < 0 && errno != EAGAIN && errno != EINTR)
            return -1;
    }
}

/* Readable once what runs has ended; also when it is over already. -1 when nobody knows. */
static int exit_descriptor(const struct attachment *attachment)
{
    autoarena *arena = arena_new();
    autoerror *ignored = NULL;
    const char *dir = store_container_run_dir(attachment->engine->store, arena, attachment->ctr->id);
    autofree char *text = path_read(arena_printf(arena, "%s/pidfile", dir), 64, NULL, &ignored);
    int pid = text ? atoi(text) : 0;
    if (pid <= 0)
        return -1;
    int fd = pidfd_open(pid, 0);
    return fd >= 0 ? fd : eventfd(1, EFD_CLOEXEC);
}

static void run(struct attachment *attachment)
{
    autofd exited = exit_descriptor(attachment);
    attachment->pump.exited = exited;
    if (pump_run(&attachment->pump) == PUMP_DETACHED)
        container_stream_event(attachment->engine, attachment->ctr, "detach", NULL, NULL);
}

static int serve(struct attachment *attachment, int bell, struct error **err)
{
    bool logs = attachment->query->logs && attach_log_exists(attachment);
    bool from_log = logs && is_up(attachment->ctr->state);
    if (logs && !from_log && attach_send_log(attachment, err) < 0)
        return -1;
    autofd socket = wait_for_start(attachment, bell);
    attachment->pump.conmon = socket;
    if (socket >= 0 && from_log)
        return attach_follow_log(attachment, err);
    if (socket >= 0)
        run(attachment);
    return 0;
}

/* The client is in line already when it hears that it is attached: a start it then asks for cannot outrun it. */
static int attach_stream(struct attachment *attachment, const struct container_client *client, struct error **err)
{
    struct engine *engine = attachment->engine;
    int bell = bell_listen(engine->bell, err);
    if (bell < 0)
        return -1;
    int rc = client_begin(client, &attachment->pump, err);
    if (!rc) {
        container_stream_event(engine, attachment->ctr, "attach", NULL, NULL);
        rc = serve(attachment, bell, err);
    }
    bell_unlisten(engine->bell, bell);
    return rc;
}

int container_attach(struct engine *engine, const char *key, const struct container_attach_query *query,
                     const struct container_client *client, struct error **err)
{
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return -1;
    autoarena *arena = arena_new();
    struct attachment attachment = {
        .engine = engine, .ctr = ctr, .query = query, .bundle = store_container_dir(engine->store, arena, ctr->id),
    };
    if (prepare(&attachment, err) < 0)
        return -1;
    if (!query->stream) {
        if (client_begin(client, &attachment.pump, err) < 0)
            return -1;
        return query->logs ? attach_send_log(&attachment, err) : 0;
    }
    if (attach_waiter_add(engine->attachments, &attachment.waiter, ctr->id, err) < 0)
        return -1;
    int rc = attach_stream(&attachment, client, err);
    attach_waiter_remove(engine->attachments, &attachment.waiter);
    return rc;
}
