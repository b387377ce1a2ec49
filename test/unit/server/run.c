/* Whole servers, each in a process of its own, with the handlers of handlers.h. */
#include "test/unit/server/handlers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "api/varlink/dispatch.h"
#include "core/base/clock.h"
#include "core/base/path.h"
#include "server/listen.h"

#define GET_PING "GET /ping HTTP/1.1\r\nHost: x\r\n\r\n"
#define MILLISECOND 1000000

static char folder[64], url[128];

int varlink_dispatch(const struct api *api, const char *message, size_t len, const struct varlink_ops *ops,
                     void *transport, struct arena *arena)
{
    (void)api, (void)arena;
    autoerror *err = NULL;
    return ops->send(transport, message, len, &err);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/coracle-run.XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(url, sizeof url, "unix://%s/socket", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    autoerror *err = NULL;
    return path_remove_tree(folder, &err);
}

static int dial(void)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    strcpy(address.sun_path, url + strlen("unix://"));
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

/* A client's end that the server inherited would keep the connection open. */
static void close_all_but(const struct listener *listener)
{
    for (int fd = 3; fd < 100; fd++)
        if (fd != listener->fd && fd != listener->lock)
            close(fd);
}

/* @handed_over: a listening socket, or -1: it makes its own. Returns once it listens. */
static pid_t start_server(int handed_over, int64_t idle_timeout_ms)
{
    static const struct api api;
    struct server server = { .api = &api, .idle_timeout_ms = idle_timeout_ms };
    autoerror *err = NULL;
    if (handed_over >= 0)
        server.listeners[server.count++] = (struct listener){ .fd = fcntl(handed_over, F_DUPFD_CLOEXEC, 3), .lock = -1 };
    else if (server_listen(&server, url, &err) < 0)
        fail_msg("%s", err->message);
    pid_t pid = fork();
    if (pid == 0) {
        close_all_but(&server.listeners[0]);
        int rc = server_run(&server, &err);
        server_close(&server);
        _exit(rc < 0);
    }
    for (size_t i = 0; i < server.count; i++) { /* the child's now; its lock lives as long as either has it */
        close(server.listeners[i].fd);
        fd_close(server.listeners[i].lock);
        free(server.listeners[i].path);
        free(server.listeners[i].address);
    }
    return pid;
}

static int exit_code(pid_t pid)
{
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool is_answered(int fd)
{
    char reply[256];
    struct peer peer = { .fd = fd };
    if (fd_write_all_raw(peer.fd, GET_PING, strlen(GET_PING)) < 0)
        return false;
    ssize_t n = recv(fd, reply, sizeof reply, 0);
    return n > 12 && !memcmp(reply, "HTTP/1.1 200", 12);
}

static int64_t elapsed_ms(int64_t since)
{
    return (clock_monotonic() - since) / MILLISECOND;
}

static void the_first_byte_tells_varlink_from_http(void **state)
{
    (void)state;
    pid_t pid = start_server(-1, 0);
    autofd http = dial(), varlink = dial();
    assert_true(is_answered(http));
    char reply[8];
    assert_int_equal(fd_write_all_raw(varlink, "{first}", 8), 0);
    assert_int_equal(recv(varlink, reply, sizeof reply, MSG_WAITALL), 8);
    assert_memory_equal(reply, "{first}", 8);
    kill(pid, SIGTERM);
    assert_int_equal(exit_code(pid), 0);
    assert_int_equal(access(url + strlen("unix://"), F_OK), -1);
}

static void an_idle_server_ends_and_takes_its_socket_along(void **state)
{
    (void)state;
    int64_t start = clock_monotonic();
    pid_t pid = start_server(-1, 50);
    int held = dial();
    assert_true(is_answered(held));
    struct pollfd nothing = { held, POLLIN, 0 };
    assert_int_equal(poll(&nothing, 1, 150), 0); /* a connection is enough to stay */
    close(held);
    assert_int_equal(exit_code(pid), 0);
    assert_true(elapsed_ms(start) >= 200 && elapsed_ms(start) < 1500);
    assert_int_equal(access(url + strlen("unix://"), F_OK), -1);
}

/* As a service manager does: whenever somebody waits and no server runs, one is started. */
static void who_comes_as_the_server_leaves_is_served_by_the_next(void **state)
{
    (void)state;
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/socket", folder);
    autofd listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_int_equal(bind(listening, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listening, 10), 0);
    pid_t pid = 0;
    int servers = 0;
    for (int i = 0; i < 40; i++) {
        struct timespec pause = { 0, (long)(4 * MILLISECOND + (i % 20) * MILLISECOND / 10) }; /* around the timeout */
        nanosleep(&pause, NULL);
        autofd client = dial();
        assert_int_equal(fd_write_all_raw(client, GET_PING, strlen(GET_PING)), 0);
        struct pollfd answered = { client, POLLIN, 0 };
        while (poll(&answered, 1, 0) == 0) {
            if (pid && waitpid(pid, NULL, WNOHANG) == pid)
                pid = 0;
            struct pollfd waits = { listening, POLLIN, 0 };
            if (!pid && poll(&waits, 1, 0) == 1) {
                pid = start_server(listening, 5);
                servers++;
            }
            poll(&answered, 1, 1);
        }
        char reply[13] = { 0 };
        assert_int_equal(recv(client, reply, 12, MSG_WAITALL), 12);
        assert_string_equal(reply, "HTTP/1.1 200");
    }
    if (pid)
        assert_int_equal(exit_code(pid), 0);
    assert_true(servers > 1);
    unlink(address.sun_path);
}

static void read_until(int fd, const char *text)
{
    autobuf got = BUF(65536);
    const struct peer peer = { .fd = fd };
    peer_read_until(&peer, &got, text);
}

static void termination_drains(void **state)
{
    (void)state;
    pid_t pid = start_server(-1, 0);
    autofd idle = dial(), partial = dial(), busy = dial(), raw = dial(), slow = dial(), silent = dial();
    assert_true(is_answered(idle));
    assert_true(silent >= 0);
    fd_write_all_raw(partial, "GET /pi", 7);
    fd_write_all_raw(busy, "GET /follow HTTP/1.1\r\nHost: x\r\n\r\n", 33);
    read_until(busy, "begun\r\n");
    fd_write_all_raw(raw, "POST /hijack HTTP/1.1\r\nHost: x\r\n\r\n", 34);
    read_until(raw, "\r\n\r\n");
    const char slow_head[] = "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    fd_write_all_raw(slow, slow_head, sizeof slow_head - 1);
    read_until(slow, "100 Continue\r\n\r\n");

    int64_t start = clock_monotonic();
    kill(pid, SIGTERM);
    read_until(busy, "ended\r\n0\r\n\r\n");
    struct pollfd still = { slow, POLLIN, 0 };
    assert_int_equal(poll(&still, 1, 50), 0); /* its request runs */
    assert_int_equal(dial(), -1);             /* nobody new comes in */
    fd_write_all_raw(slow, "body", 4);
    read_until(slow, "\r\n\r\nbody");
    assert_int_equal(exit_code(pid), 0);
    assert_true(elapsed_ms(start) < 3000);
}

static void a_second_signal_ends_at_once(void **state)
{
    (void)state;
    pid_t pid = start_server(-1, 0);
    autofd stuck = dial();
    fd_write_all_raw(stuck, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n", 73);
    read_until(stuck, "100 Continue\r\n\r\n");
    int64_t start = clock_monotonic();
    kill(pid, SIGTERM);
    while (dial() >= 0) /* until the first was seen */
        ;
    kill(pid, SIGINT);
    assert_int_equal(exit_code(pid), 0);
    assert_true(elapsed_ms(start) < 3000);
}

static void a_client_that_never_reads_stops_nobody(void **state)
{
    (void)state;
    pid_t pid = start_server(-1, 0);
    autofd stuck = dial();
    for (int i = 0; i < 20; i++)
        fd_write_all_raw(stuck, "GET /large HTTP/1.1\r\nHost: x\r\n\r\n", 32);
    for (int i = 0; i < 100; i++) {
        autofd client = dial();
        int64_t start = clock_monotonic();
        assert_true(is_answered(client));
        assert_true(elapsed_ms(start) < 500);
    }
    close(fd_take(&stuck));
    kill(pid, SIGTERM);
    assert_int_equal(exit_code(pid), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_byte_tells_varlink_from_http),
        cmocka_unit_test(an_idle_server_ends_and_takes_its_socket_along),
        cmocka_unit_test(who_comes_as_the_server_leaves_is_served_by_the_next),
        cmocka_unit_test(termination_drains),
        cmocka_unit_test(a_second_signal_ends_at_once),
        cmocka_unit_test(a_client_that_never_reads_stops_nobody),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
