#include "server/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"

static char folder[64];

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/coracle-listen.XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    autoerror *err = NULL;
    return path_remove_tree(folder, &err);
}

static struct sockaddr_un address_of(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    return address;
}

static int dial(const char *path)
{
    const struct sockaddr_un address = address_of(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static void a_socket_is_made_with_its_folder_and_its_mode(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    struct stat st;
    char url[128];
    snprintf(url, sizeof url, "unix://%s/a/b/socket", folder);
    assert_int_equal(server_listen(&server, url, &err), 0);
    assert_int_equal(stat(url + 7, &st), 0);
    assert_int_equal(st.st_mode, S_IFSOCK | 0660);
    autofd client = dial(url + 7);
    assert_true(client >= 0);
    server_close(&server);
    assert_int_equal(stat(url + 7, &st), -1);
}

static void a_dead_servers_socket_is_replaced(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    char url[128];
    snprintf(url, sizeof url, "unix://%s/dead", folder);
    const struct sockaddr_un address = address_of(url + 7);
    int dead = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(dead, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(dead, 1), 0);
    close(dead);
    assert_int_equal(server_listen(&server, url, &err), 0);
    server_close(&server);
}

static void a_live_servers_socket_is_left_alone(void **state)
{
    (void)state;
    autoerror *err = NULL, *other = NULL;
    struct server first = { 0 }, second = { 0 };
    char url[128];
    snprintf(url, sizeof url, "unix://%s/live", folder);
    assert_int_equal(server_listen(&first, url, &err), 0);
    assert_int_equal(server_listen(&second, url, &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    autofd client = dial(url + 7);
    assert_true(client >= 0);

    char foreign[128]; /* a server that knows nothing of our lock, with its queue full */
    snprintf(foreign, sizeof foreign, "unix://%s/foreign", folder);
    const struct sockaddr_un address = address_of(foreign + 7);
    autofd live = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(live, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(live, 0), 0);
    autofd waiting = dial(foreign + 7);
    assert_true(waiting >= 0);
    assert_int_equal(server_listen(&second, foreign, &other), -1);
    assert_int_equal(other->kind, ERROR_CONFLICT);
    assert_int_equal(access(foreign + 7, F_OK), 0);
    server_close(&first);
}

static void a_file_that_is_no_socket_is_never_removed(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    char url[128];
    snprintf(url, sizeof url, "unix://%s/file", folder);
    assert_int_equal(path_write_atomic(url + 7, "text", 4, 0600, false, &err), 0);
    assert_int_equal(server_listen(&server, url, &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    assert_int_equal(access(url + 7, F_OK), 0);
}

static void addresses_that_are_none_are_named(void **state)
{
    (void)state;
    static const char *const urls[] = { "/run/x.sock", "unix://x.sock", "unix:/x", "unix:///", "unix:///x/", "http://x", "" };
    struct server server = { 0 };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        autoerror *err = NULL;
        assert_int_equal(server_listen(&server, urls[i], &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, urls[i]));
    }
    autoerror *tcp = NULL;
    assert_int_equal(server_listen(&server, "tcp://localhost:2375", &tcp), -1);
    assert_int_equal(tcp->kind, ERROR_INVALID);
    autoerror *longer = NULL;
    char url[200] = "unix:///";
    memset(url + 8, 'x', 120);
    assert_int_equal(server_listen(&server, url, &longer), -1);
    assert_int_equal(longer->kind, ERROR_INVALID);
}

static void who_was_in_the_queue_is_accepted_and_nobody_after(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    char url[128];
    snprintf(url, sizeof url, "unix://%s/retired", folder);
    assert_int_equal(server_listen(&server, url, &err), 0);
    autofd early = dial(url + 7);
    char open_path[64]; /* as a client that had found the path before it was gone */
    autofd place = open(url + 7, O_PATH | O_CLOEXEC);
    snprintf(open_path, sizeof open_path, "/proc/self/fd/%d", place);
    server_retire(&server);
    assert_int_equal(dial(url + 7), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(dial(open_path), -1);
    assert_int_equal(errno, ECONNREFUSED);
    autofd accepted = accept4(server.listeners[0].fd, NULL, NULL, SOCK_CLOEXEC);
    assert_true(early >= 0 && accepted >= 0);
    assert_int_equal(accept4(server.listeners[0].fd, NULL, NULL, SOCK_CLOEXEC), -1);
    server_close(&server);
}

/* Puts @fd where the service manager hands it over. */
static void hand_over(int fd, const char *count, const char *names)
{
    char pid[16];
    snprintf(pid, sizeof pid, "%d", getpid());
    setenv("LISTEN_PID", pid, 1);
    setenv("LISTEN_FDS", count, 1);
    setenv("LISTEN_FDNAMES", names, 1);
    assert_int_equal(dup2(fd, 3), 3);
}

static void a_handed_over_socket_is_taken_once_and_kept(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    char path[100];
    snprintf(path, sizeof path, "%s/activated", folder);
    const struct sockaddr_un address = address_of(path);
    int saved = fcntl(3, F_DUPFD_CLOEXEC, 100), fd = fcntl(socket(AF_UNIX, SOCK_STREAM, 0), F_DUPFD_CLOEXEC, 50);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 5), 0);
    hand_over(fd, "1", "varlink");
    assert_int_equal(server_take_activated(&server, &err), 1);
    assert_true(server.listeners[0].varlink_only);
    assert_true(fcntl(3, F_GETFD) & FD_CLOEXEC);
    assert_null(getenv("LISTEN_FDS"));
    assert_null(getenv("LISTEN_PID"));
    assert_null(getenv("LISTEN_FDNAMES"));
    assert_int_equal(server_take_activated(&server, &err), 0);
    server_close(&server);
    assert_int_equal(access(path, F_OK), 0);
    autofd client = dial(path); /* ours is still open: the service manager's is not disturbed */
    assert_true(client >= 0);
    if (saved >= 0)
        dup2(saved, 3);
    fd_close(saved);
    fd_close(fd);
}

static void one_of_tcp_has_its_address(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    int saved = fcntl(3, F_DUPFD_CLOEXEC, 100);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(listen(fd, 1), 0); /* at any address, and a port that the kernel chooses */
    hand_over(fd, "1", "secure");
    assert_int_equal(server_take_activated(&server, &err), 1);
    assert_int_equal(strncmp(server.listeners[0].address, "tcp://0.0.0.0:", strlen("tcp://0.0.0.0:")), 0);
    assert_true(listener_is_tcp(&server.listeners[0]));
    assert_false(server.listeners[0].ours);
    server_close(&server);
    if (fd != 3)
        close(fd);
    if (saved >= 0)
        dup2(saved, 3);
    fd_close(saved);
}

static void what_is_handed_over_has_to_be_a_listening_socket(void **state)
{
    (void)state;
    struct server server = { 0 };
    int saved = fcntl(3, F_DUPFD_CLOEXEC, 100);
    int wrong[] = {
        open("/dev/null", O_RDONLY | O_CLOEXEC),
        socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0),
        socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
        socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        autoerror *err = NULL;
        hand_over(wrong[i], "1", "api");
        assert_int_equal(server_take_activated(&server, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, "api"));
    }
    autoerror *err = NULL;
    hand_over(wrong[0], "many", "");
    assert_int_equal(server_take_activated(&server, &err), -1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (wrong[i] != 3)
            close(wrong[i]);
    if (saved >= 0)
        dup2(saved, 3);
    else
        close(3);
    fd_close(saved);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
}

static void another_process_sockets_are_not_taken(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct server server = { 0 };
    setenv("LISTEN_PID", "1", 1);
    setenv("LISTEN_FDS", "1", 1);
    assert_int_equal(server_take_activated(&server, &err), 0);
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_made_with_its_folder_and_its_mode),
        cmocka_unit_test(a_dead_servers_socket_is_replaced),
        cmocka_unit_test(a_live_servers_socket_is_left_alone),
        cmocka_unit_test(a_file_that_is_no_socket_is_never_removed),
        cmocka_unit_test(addresses_that_are_none_are_named),
        cmocka_unit_test(who_was_in_the_queue_is_accepted_and_nobody_after),
        cmocka_unit_test(a_handed_over_socket_is_taken_once_and_kept),
        cmocka_unit_test(one_of_tcp_has_its_address),
        cmocka_unit_test(what_is_handed_over_has_to_be_a_listening_socket),
        cmocka_unit_test(another_process_sockets_are_not_taken),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
