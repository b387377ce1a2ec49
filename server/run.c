/* The server's main loop: accept, idle exit, drain. */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/policy/policy.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "server/caller.h"
#include "server/connection.h"
#include "server/drain.h"
#include "server/listen.h"
#include "server/notify.h"
#include "server/secure.h"

#define STACK_SIZE (256 * 1024)
#define DRAIN_MS 10000
#define MAX_HANDSHAKES 128 /* at a time, of clients that nobody knows yet; more wait in the kernel's queue */
#define STARVED_MS 100 /* between attempts to accept while descriptors or threads are short */

struct loop {
    struct server *server;
    struct drain *drain;
    int signals;
    int closed;      /* an eventfd: each connection's thread adds 1 as the last thing it does */
    eventfd_t open;  /* connections whose 1 has not been seen; the main thread's */
    eventfd_t limit; /* of `open` */
    atomic_uint handshakes; /* under way */
    int shaken;             /* an eventfd: there is room for a handshake again */
    bool starved;    /* accepting failed for want of something */
    bool retired;    /* nobody finds our own sockets any more: the last connection is the end */
    pthread_attr_t attr;
};

struct accepted {
    const struct server *server;
    const struct listener *listener; /* lives as long as connections do */
    struct drain *drain;
    struct loop *loop; /* lives as long */
    int fd, closed;
};

/* varlink's messages are JSON objects; no HTTP method begins with a brace. */
static void serve(struct connection *connection, bool varlink_only)
{
    if (connection_await(connection, 0) <= 0)
        return;
    if (varlink_only || (connection->in.data[0] == '{' && !connection->secure))
        varlink_serve(connection);
    else
        http_serve(connection);
}

/* Who it is, and what the policy lets them do. */
static int admit(const struct accepted *accepted, struct api *api, struct error **err)
{
    const struct policy_set *policies = accepted->server->policies;
    const char *socket = accepted->listener->policy_socket;
    if (!accepted->listener->tls && caller_read(accepted->fd, socket != NULL, &api->caller, err) < 0)
        return -1;
    api->caller.socket = accepted->listener->address;
    if (socket)
        api->policy = policy_choose(policies, socket, &api->caller);
    return 0;
}

static void speak(const struct accepted *accepted, struct api *api, int fd)
{
    autoerror *err = NULL;
    struct connection connection = CONNECTION(api, accepted->drain, fd);
    connection.secure = accepted->listener->tls;
    if (admit(accepted, api, &err) == 0)
        serve(&connection, accepted->listener->varlink_only);
    else
        log_error("dropping a connection: %s", err->message);
    connection_free(&connection);
    caller_free(&api->caller);
}

static void end_handshake(struct loop *loop)
{
    if (atomic_fetch_sub(&loop->handshakes, 1) >= MAX_HANDSHAKES)
        eventfd_write(loop->shaken, 1);
}

/* Whoever can reach the port can fail here, so it is not worth a warning each time. */
static void speak_securely(const struct accepted *accepted, struct api *api)
{
    autoerror *err = NULL;
    autoarena *arena = arena_new();
    struct secure secure;
    api->caller.uid = (uid_t)-1;
    api->caller.gid = (gid_t)-1;
    int rc = secure_open(&secure, accepted->listener->tls, accepted->fd, accepted->drain, arena, &api->caller, &err);
    end_handshake(accepted->loop);
    if (rc == 0)
        speak(accepted, api, secure.outer);
    else
        log_info("%s: a client from %s: %s", accepted->listener->address, api->caller.peer, err->message);
    secure_close(&secure);
}

static void *connection_thread(void *context)
{
    struct accepted accepted = *(struct accepted *)context;
    free(context);
    struct api api = *accepted.server->api;
    if (accepted.listener->tls) {
        speak_securely(&accepted, &api);
    } else {
        speak(&accepted, &api, accepted.fd);
        fd_close(accepted.fd);
    }
    eventfd_write(accepted.closed, 1);
    return NULL;
}

static void start_connection(struct loop *loop, const struct listener *listener, int fd)
{
    struct accepted *accepted = mem_alloc(sizeof *accepted);
    if (listener->tls)
        atomic_fetch_add(&loop->handshakes, 1);
    *accepted = (struct accepted){ loop->server, listener, loop->drain, loop, fd, loop->closed };
    pthread_t thread;
    int rc = pthread_create(&thread, &loop->attr, connection_thread, accepted);
    if (!rc) {
        loop->open++;
        return;
    }
    if (listener->tls)
        atomic_fetch_sub(&loop->handshakes, 1);
    log_error("dropping a connection: starting its thread: %s", strerror(rc));
    loop->starved = true;
    fd_close(fd);
    free(accepted);
}

static bool can_accept(const struct loop *loop, const struct listener *listener)
{
    bool known = !listener->tls || atomic_load(&loop->handshakes) < MAX_HANDSHAKES;
    return listener->fd >= 0 && known && loop->open < loop->limit && !loop->starved;
}

/* Takes all that wait; returns how many. */
static int accept_from(struct loop *loop, const struct listener *listener)
{
    int count = 0;
    while (can_accept(loop, listener)) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) {
            start_connection(loop, listener, fd);
            count++;
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno != EAGAIN && errno != EINVAL) { /* EINVAL: retired, and nobody left in the queue */
            log_warn("accepting: %s", strerror(errno));
            loop->starved = true;
        }
        break;
    }
    return count;
}

static int accept_all(struct loop *loop)
{
    int count = 0;
    for (size_t i = 0; i < loop->server->count; i++)
        count += accept_from(loop, &loop->server->listeners[i]);
    return count;
}

/* Whoever got in before our own sockets disappeared is still served. */
static int retire(struct loop *loop)
{
    int count = 0;
    loop->retired = true;
    server_retire(loop->server);
    for (size_t i = 0; i < loop->server->count; i++) {
        struct listener *listener = &loop->server->listeners[i];
        if (!listener->ours)
            continue;
        count += accept_from(loop, listener);
        fd_close(fd_take(&listener->fd));
        fd_close(fd_take(&listener->lock));
        free(listener->path);
        listener->path = NULL;
        listener->ours = false;
    }
    return count;
}

/* The time is over without a connection. True: and nobody came in the meantime. A handed-over socket stays with the
 * service manager, which starts the next server for who comes later. */
static bool leave(struct loop *loop)
{
    return accept_all(loop) == 0 && retire(loop) == 0;
}

static int loop_timeout(const struct loop *loop)
{
    int64_t idle_ms = loop->server->idle_timeout_ms;
    if (loop->starved)
        return STARVED_MS;
    return idle_ms > 0 && loop->open == 0 ? (int)idle_ms : -1;
}

static void count_closed(struct loop *loop)
{
    eventfd_t closed;
    eventfd_read(loop->shaken, &closed);
    if (eventfd_read(loop->closed, &closed) < 0)
        return;
    loop->open -= closed;
    loop->starved = false;
}

static void serve_until_stopped(struct loop *loop)
{
    const struct server *server = loop->server;
    struct pollfd polls[SERVER_MAX_LISTENERS + 3];
    while (!loop->retired || loop->open) {
        polls[0] = (struct pollfd){ loop->signals, POLLIN, 0 };
        polls[1] = (struct pollfd){ loop->closed, POLLIN, 0 };
        polls[2] = (struct pollfd){ loop->shaken, POLLIN, 0 };
        for (size_t i = 0; i < server->count; i++) {
            const struct listener *listener = &server->listeners[i];
            polls[i + 3] = (struct pollfd){ can_accept(loop, listener) ? listener->fd : -1, POLLIN, 0 };
        }
        int ready = poll(polls, server->count + 3, loop_timeout(loop));
        if (ready < 0 && errno != EINTR)
            return;
        if (polls[0].revents)
            return;
        if (ready == 0 && !loop->starved && leave(loop))
            return;
        loop->starved = false;
        count_closed(loop);
        accept_all(loop);
    }
}

/* Connections see the drain and end where they stand well; what does not within the time, or before a second signal, is
 * left behind. */
static void drain_connections(struct loop *loop)
{
    struct signalfd_siginfo seen;
    while (read(loop->signals, &seen, sizeof seen) > 0)
        ;
    retire(loop);
    drain_begin(loop->drain);
    int64_t deadline = clock_monotonic() + DRAIN_MS * 1000000LL;
    while (loop->open) {
        int64_t left = (deadline - clock_monotonic()) / 1000000;
        struct pollfd polls[] = { { loop->closed, POLLIN, 0 }, { loop->signals, POLLIN, 0 } };
        if (left <= 0 || (poll(polls, 2, (int)left) < 0 && errno != EINTR) || polls[1].revents)
            break;
        count_closed(loop);
    }
    if (!loop->open)
        return;
    log_warn("ending with %llu connections that did not end in time", (unsigned long long)loop->open);
    _exit(0); /* their threads still use what the caller would free */
}

static int open_signals(struct error **err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
    int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? error_set(err, ERROR_INTERNAL, errno, "making a signalfd") : fd;
}

/* A part of the descriptors: handlers need some too, and a connection over TLS has three. */
static eventfd_t connection_limit(const struct server *server)
{
    struct rlimit files;
    rlim_t each = 2;
    for (size_t i = 0; i < server->count; i++)
        each = server->listeners[i].tls ? 4 : each;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur / each > SERVER_MAX_CONNECTIONS)
        return SERVER_MAX_CONNECTIONS;
    return files.rlim_cur > 8 * each ? files.rlim_cur / each : 8;
}

static void run(struct loop *loop)
{
    pthread_attr_init(&loop->attr);
    pthread_attr_setstacksize(&loop->attr, STACK_SIZE);
    pthread_attr_setdetachstate(&loop->attr, PTHREAD_CREATE_DETACHED);
    notify_manager("READY=1");
    serve_until_stopped(loop);
    notify_manager("STOPPING=1");
    drain_connections(loop);
    pthread_attr_destroy(&loop->attr);
}

int server_run(struct server *server, struct error **err)
{
    autofd signals = open_signals(err);
    if (signals < 0)
        return -1;
    autofd closed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (closed < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making an eventfd");
    autofd shaken = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (shaken < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making an eventfd");
    struct drain *drain = drain_new(err);
    if (!drain)
        return -1;
    struct loop loop = {
        .server = server, .drain = drain, .signals = signals, .closed = closed, .shaken = shaken, .limit = connection_limit(server)
    };
    run(&loop);
    drain_free(drain);
    return 0;
}
