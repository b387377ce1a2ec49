#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/container/attach/attach.h"
#include "core/container/attach/pump.h"
#include "core/container/attach/wait.h"
#include "core/container/runtime/conmon.h"

/* A pump on a thread of its own between two socket pairs: the test is both the client and conmon. */
struct rig {
    int client, conmon;  /* our ends */
    int theirs[2];
    struct pump pump;
    pthread_t thread;
    enum pump_end end;
};

static void *run(void *context)
{
    struct rig *rig = context;
    rig->end = pump_run(&rig->pump);
    close(rig->theirs[0]);
    close(rig->theirs[1]);
    return NULL;
}

static void rig_start(struct rig *rig, struct pump pump)
{
    int client[2], conmon[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, client), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, conmon), 0);
    *rig = (struct rig){ .client = client[0], .conmon = conmon[0], .theirs = { client[1], conmon[1] }, .pump = pump };
    rig->pump.client = client[1];
    rig->pump.conmon = conmon[1];
    assert_int_equal(pthread_create(&rig->thread, NULL, run, rig), 0);
}

static enum pump_end rig_end(struct rig *rig)
{
    pthread_join(rig->thread, NULL);
    fd_close(rig->client);
    fd_close(rig->conmon);
    return rig->end;
}

static const struct pump plain = { .exited = -1, .in = true, .out = true, .err = true };

static void say(struct rig *rig, char stream, const char *text)
{
    char packet[9000];
    size_t len = strlen(text);
    packet[0] = stream;
    memcpy(packet + 1, text, len);
    assert_int_equal(send(rig->conmon, packet, len + 1, 0), len + 1);
}

/* Everything the client gets until its socket ends. */
static void assert_client_gets(struct rig *rig, const void *expected, size_t len)
{
    autobuf got = BUF(1 << 20);
    autoerror *err = NULL;
    assert_int_equal(fd_read_all(rig->client, &got, "client", &err), 0);
    assert_int_equal(got.len, len);
    assert_memory_equal(buf_text(&got), expected, len);
}

static void output_is_framed_by_stream(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    pump.framed = true;
    rig_start(&rig, pump);
    say(&rig, 2, "out");
    say(&rig, 3, "err!");
    fd_close(fd_take(&rig.conmon));
    assert_client_gets(&rig, "\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\4err!", 23);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

static void a_terminal_is_not_framed(void **state)
{
    (void)state;
    struct rig rig;
    rig_start(&rig, plain);
    say(&rig, 2, "a\r\n");
    say(&rig, 2, "b");
    fd_close(fd_take(&rig.conmon));
    assert_client_gets(&rig, "a\r\nb", 4);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

static void streams_not_asked_for_are_left_out(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    pump.out = false;
    rig_start(&rig, pump);
    say(&rig, 2, "out");
    say(&rig, 3, "err");
    fd_close(fd_take(&rig.conmon));
    assert_client_gets(&rig, "err", 3);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

static void early_bytes_come_before_later_input(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    pump.early = "early ";
    pump.early_len = 6;
    rig_start(&rig, pump);
    assert_int_equal(send(rig.client, "later", 5, 0), 5);
    char got[64];
    size_t have = 0;
    while (have < 11) {
        ssize_t n = recv(rig.conmon, got + have, sizeof got - have, 0);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_memory_equal(got, "early later", 11);
    fd_close(fd_take(&rig.conmon));
    rig_end(&rig);
}

static void the_end_of_input_is_passed_on_and_output_goes_on(void **state)
{
    (void)state;
    struct rig rig;
    rig_start(&rig, plain);
    send(rig.client, "x", 1, 0);
    shutdown(rig.client, SHUT_WR);
    char got[8];
    assert_int_equal(recv(rig.conmon, got, sizeof got, 0), 1);
    assert_int_equal(recv(rig.conmon, got, sizeof got, 0), 0);
    say(&rig, 2, "after");
    fd_close(fd_take(&rig.conmon));
    assert_client_gets(&rig, "after", 5);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

static void the_end_of_input_can_end_the_attachment(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    pump.at_stdin_end = PUMP_STDIN_LEAVE;
    rig_start(&rig, pump);
    shutdown(rig.client, SHUT_WR);
    assert_int_equal(rig_end(&rig), PUMP_CLIENT_LEFT);
}

static void a_client_without_input_is_not_read(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    pump.in = false;
    rig_start(&rig, pump);
    send(rig.client, "noise", 5, 0);
    shutdown(rig.client, SHUT_WR);
    say(&rig, 2, "still there");
    fd_close(fd_take(&rig.conmon));
    assert_client_gets(&rig, "still there", 11);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

static void a_client_that_vanishes_ends_it(void **state)
{
    (void)state;
    struct rig rig;
    rig_start(&rig, plain);
    fd_close(fd_take(&rig.client));
    assert_int_equal(rig_end(&rig), PUMP_CLIENT_LEFT);
}

static void detach_keys_end_it_after_what_came_before_them(void **state)
{
    (void)state;
    struct rig rig;
    struct pump pump = plain;
    autoerror *err = NULL;
    assert_int_equal(detach_keys_parse(NULL, &pump.keys, &err), 0);
    rig_start(&rig, pump);
    send(rig.client, "ls\x10\x11more", 8, 0);
    char got[16];
    assert_int_equal(recv(rig.conmon, got, sizeof got, 0), 2);
    assert_memory_equal(got, "ls", 2);
    assert_int_equal(rig_end(&rig), PUMP_DETACHED);
}

struct echo {
    int fd;
    size_t bytes;
};

/* cat, as seen through conmon: what comes in goes out as packets. */
static void *echo(void *context)
{
    struct echo *echo = context;
    static char packet[8193];
    static char in[32768];
    ssize_t n;
    packet[0] = 2;
    while ((n = recv(echo->fd, in, sizeof in, 0)) > 0) {
        for (ssize_t at = 0; at < n; at += 8192) {
            size_t len = (size_t)(n - at < 8192 ? n - at : 8192);
            memcpy(packet + 1, in + at, len);
            assert_int_equal(send(echo->fd, packet, len + 1, 0), len + 1);
        }
        echo->bytes += (size_t)n;
    }
    shutdown(echo->fd, SHUT_WR);
    return NULL;
}

struct feed {
    int fd;
    size_t bytes;
};

static void *feed(void *context)
{
    struct feed *feed = context;
    static char block[65536];
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)(i * 31);
    for (size_t done = 0; done < feed->bytes; done += sizeof block)
        assert_int_equal(fd_write_all_raw(feed->fd, block, sizeof block), 0);
    shutdown(feed->fd, SHUT_WR);
    return NULL;
}

static void much_data_goes_round_unharmed(void **state)
{
    (void)state;
    struct rig rig;
    rig_start(&rig, plain);
    struct echo cat = { .fd = rig.conmon };
    struct feed writer = { .fd = rig.client, .bytes = 16 << 20 };
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, echo, &cat);
    pthread_create(&threads[1], NULL, feed, &writer);
    size_t total = 0;
    static char got[65536];
    ssize_t n;
    while ((n = recv(rig.client, got, sizeof got, 0)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            if (got[i] != (char)((total + (size_t)i) % 65536 * 31))
                fail_msg("byte %zu is wrong", total + (size_t)i);
        total += (size_t)n;
    }
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    assert_int_equal(total, writer.bytes);
    assert_int_equal(rig_end(&rig), PUMP_ENDED);
}

/* ---- waiting for a start ---- */

static char bundle[64];

static int make_bundle(void **state)
{
    (void)state;
    strcpy(bundle, "/tmp/coracle-attach-XXXXXX");
    return mkdtemp(bundle) ? 0 : -1;
}

static int remove_bundle(void **state)
{
    (void)state;
    autoerror *err = NULL;
    return path_remove_tree(bundle, &err);
}

static int listen_as_conmon(void)
{
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s/attach", bundle);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 10), 0);
    return fd;
}

static void start_connects_for_those_that_wait_for_it(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct attach_registry *registry = attach_registry_new();
    struct attach_waiter waiters[3];
    assert_int_equal(attach_waiter_add(registry, &waiters[0], "aaa", &err), 0);
    assert_int_equal(attach_waiter_add(registry, &waiters[1], "aaa", &err), 0);
    assert_int_equal(attach_waiter_add(registry, &waiters[2], "bbb", &err), 0);
    autofd listener = listen_as_conmon();
    attach_serve_waiting(registry, "aaa", bundle);
    for (int i = 0; i < 2; i++) {
        int socket;
        assert_int_equal(fd_poll(waiters[i].wake, POLLIN, 0), 1);
        assert_true(attach_waiter_take(registry, &waiters[i], &socket));
        assert_true(socket >= 0);
        autofd accepted = accept(listener, NULL, NULL);
        assert_true(accepted >= 0);
        close(socket);
    }
    int none;
    assert_false(attach_waiter_take(registry, &waiters[2], &none));
    for (int i = 0; i < 3; i++)
        attach_waiter_remove(registry, &waiters[i]);
    attach_registry_free(registry);
}

static void a_failed_start_wakes_those_that_wait(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct attach_registry *registry = attach_registry_new();
    struct attach_waiter waiter;
    int socket;
    assert_int_equal(attach_waiter_add(registry, &waiter, "aaa", &err), 0);
    attach_start_failed(registry, "aaa");
    assert_int_equal(fd_poll(waiter.wake, POLLIN, 0), 1);
    assert_true(attach_waiter_take(registry, &waiter, &socket));
    assert_int_equal(socket, -1);
    attach_waiter_remove(registry, &waiter);
    attach_waiter_remove(registry, &waiter);
    attach_registry_free(registry);
}

static void connecting_where_nobody_listens_is_a_conflict(void **state)
{
    (void)state;
    autoerror *err = NULL;
    unlink(strcat(strcpy((char[128]){ 0 }, bundle), "/attach"));
    assert_int_equal(conmon_connect(bundle, &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
}

static void resizing_goes_through_the_ctl_fifo_and_never_blocks(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char path[128];
    snprintf(path, sizeof path, "%s/ctl", bundle);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(conmon_resize(bundle, 24, 80, &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    error_clear(&err);
    autofd reader = open(path, O_RDONLY | O_NONBLOCK);
    assert_int_equal(conmon_resize(bundle, 24, 80, &err), 0);
    char line[32] = { 0 };
    assert_int_equal(read(reader, line, sizeof line - 1), 8);
    assert_string_equal(line, "1 24 80\n");
    assert_int_equal(conmon_resize(bundle, -1, 80, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_is_framed_by_stream),
        cmocka_unit_test(a_terminal_is_not_framed),
        cmocka_unit_test(streams_not_asked_for_are_left_out),
        cmocka_unit_test(early_bytes_come_before_later_input),
        cmocka_unit_test(the_end_of_input_is_passed_on_and_output_goes_on),
        cmocka_unit_test(the_end_of_input_can_end_the_attachment),
        cmocka_unit_test(a_client_without_input_is_not_read),
        cmocka_unit_test(a_client_that_vanishes_ends_it),
        cmocka_unit_test(detach_keys_end_it_after_what_came_before_them),
        cmocka_unit_test(much_data_goes_round_unharmed),
        cmocka_unit_test(start_connects_for_those_that_wait_for_it),
        cmocka_unit_test(a_failed_start_wakes_those_that_wait),
        cmocka_unit_test(connecting_where_nobody_listens_is_a_conflict),
        cmocka_unit_test(resizing_goes_through_the_ctl_fifo_and_never_blocks),
    };
    return cmocka_run_group_tests(tests, make_bundle, remove_bundle);
}
