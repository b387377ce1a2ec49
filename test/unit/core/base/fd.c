#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"

static int memory_file(const char *text)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static void *read_everything(void *arg)
{
    struct buf *into = mem_zalloc(sizeof *into);
    autoerror *err = NULL;
    *into = BUF(64 << 20);
    fd_read_all(*(int *)arg, into, "pipe", &err);
    return into;
}

static void everything_is_written_through_a_small_pipe(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int ends[2];
    assert_int_equal(fd_pipe(ends, &err), 0);
    fcntl(ends[1], F_SETFL, O_NONBLOCK);
    pthread_t reader;
    pthread_create(&reader, NULL, read_everything, &ends[0]);
    size_t len = 1 << 20;
    char *data = mem_alloc(len);
    memset(data, 'x', len);
    assert_int_equal(fd_write_all(ends[1], data, len, "pipe", &err), 0);
    fd_close(ends[1]);
    void *got;
    pthread_join(reader, &got);
    assert_int_equal(((struct buf *)got)->len, len);
    buf_free(got);
    free(got);
    free(data);
    fd_close(ends[0]);
}

static void a_closed_socket_is_an_error_and_no_signal(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    close(ends[0]);
    assert_int_equal(fd_write_all(ends[1], "x", 1, "the socket", &err), -1);
    assert_string_equal(err->message, "writing the socket: Broken pipe");
    close(ends[1]);
}

static void reading_past_the_limit_is_too_large(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autofd fd = memory_file("12345");
    autobuf into = BUF(4);
    assert_int_equal(fd_read_all(fd, &into, "it", &err), -1);
    assert_int_equal(err->kind, ERROR_TOO_LARGE);
}

static void closing_keeps_errno_and_takes_minus_one(void **state)
{
    (void)state;
    errno = EXDEV;
    fd_close(-1);
    fd_close(open("/dev/null", O_RDONLY | O_CLOEXEC));
    assert_int_equal(errno, EXDEV);
}

static void taking_gives_up_ownership(void **state)
{
    (void)state;
    int fd = 7;
    assert_int_equal(fd_take(&fd), 7);
    assert_int_equal(fd, -1);
}

static void polling_tells_ready_from_late(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int ends[2];
    assert_int_equal(fd_pipe(ends, &err), 0);
    assert_int_equal(fd_poll(ends[0], POLLIN, 1), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_int_equal(fd_poll(ends[0], POLLIN, -1), 1);
    close(ends[0]);
    close(ends[1]);
}

static void bytes_are_copied_between_any_two(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char text[16] = { 0 };
    int pipes[2], sockets[2];
    assert_int_equal(fd_pipe(pipes, &err), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
    autofd file = memory_file("hello world"), other = memory_file("");
    assert_int_equal(fd_copy_raw(file, other, 5), 5); /* file to file, limited */
    assert_int_equal(pread(other, text, sizeof text, 0), 5);
    assert_int_equal(fd_copy_raw(file, pipes[1], 0), 6); /* the rest, file to pipe */
    assert_int_equal(fd_copy_raw(pipes[0], sockets[0], 6), 6);
    close(pipes[1]);
    shutdown(sockets[0], SHUT_WR);
    assert_int_equal(fd_copy_raw(sockets[1], other, 0), 6); /* socket to file, to its end */
    assert_int_equal(pread(other, text, sizeof text, 0), 11);
    assert_string_equal(text, "hello world");
    close(pipes[0]);
    close(sockets[0]);
    close(sockets[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_written_through_a_small_pipe),
        cmocka_unit_test(a_closed_socket_is_an_error_and_no_signal),
        cmocka_unit_test(reading_past_the_limit_is_too_large),
        cmocka_unit_test(closing_keeps_errno_and_takes_minus_one),
        cmocka_unit_test(taking_gives_up_ownership),
        cmocka_unit_test(polling_tells_ready_from_late),
        cmocka_unit_test(bytes_are_copied_between_any_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
