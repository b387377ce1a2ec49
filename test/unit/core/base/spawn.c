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
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/spawn.h"

static int run(const char *script, const char *input, struct buf *out, struct buf *errout, int timeout_ms,
               struct error **err)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    return spawn_run(&(struct spawn){ .argv = argv }, input, out, errout, timeout_ms, err);
}

static void output_and_exit_code_come_back(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(100), errout = BUF(100);
    assert_int_equal(run("echo one; echo two >&2; exit 7", NULL, &out, &errout, -1, &err), 7);
    assert_string_equal(buf_text(&out), "one\n");
    assert_string_equal(buf_text(&errout), "two\n");
}

static void a_signal_is_128_and_its_number(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(run("kill -9 $$", NULL, NULL, NULL, -1, &err), 128 + SIGKILL);
}

static void input_arrives_whole_while_output_flows(void **state)
{
    (void)state;
    autoerror *err = NULL;
    size_t len = 1 << 20;
    char *input = malloc(len + 1);
    memset(input, 'x', len);
    input[len] = '\0';
    autobuf out = BUF(4 << 20);
    /* Writes more than a pipe holds before it reads: neither side may wait for the other. */
    assert_int_equal(run("head -c 1000000 /dev/zero; cat", input, &out, NULL, 20000, &err), 0);
    assert_int_equal(out.len, 1000000 + len);
    free(input);
}

static void a_child_that_does_not_read_is_fine(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(run("exec <&-; exit 3", "never read", NULL, NULL, -1, &err), 3);
}

static void output_past_the_limit_is_dropped(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(10);
    assert_int_equal(run("head -c 100000 /dev/zero", NULL, &out, NULL, -1, &err), 0);
    assert_true(out.full);
}

static void one_that_takes_too_long_is_killed(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int64_t before = clock_monotonic();
    assert_int_equal(run("exec sleep 60", NULL, NULL, NULL, 50, &err), -1);
    assert_int_equal(err->kind, ERROR_TIMEOUT);
    assert_true(clock_monotonic() - before < 10 * CLOCK_SECOND);
}

static void one_that_closes_its_output_is_waited_for_within_the_limit(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(run("exec >&- 2>&-; exec sleep 60", NULL, NULL, NULL, 50, &err), -1);
    assert_int_equal(err->kind, ERROR_TIMEOUT);
}

static void a_grandchild_that_keeps_the_pipe_is_not_waited_for(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(100);
    assert_int_equal(run("sleep 30 & echo $!", NULL, &out, NULL, 20000, &err), 0);
    assert_int_equal(kill(atoi(buf_text(&out)), SIGKILL), 0);
}

static void a_missing_program_is_named_with_its_package(void **state)
{
    (void)state;
    autoerror *known = NULL, *unknown = NULL;
    struct process process;
    const char *const conmon[] = { "/nowhere/conmon", NULL }, *const other[] = { "/nowhere/thing", NULL };
    assert_int_equal(spawn_start(&(struct spawn){ .argv = conmon }, &process, &known), -1);
    assert_int_equal(known->kind, ERROR_UNSUPPORTED);
    assert_string_equal(known->message, "/nowhere/conmon is not installed: install the package conmon");
    assert_int_equal(spawn_start(&(struct spawn){ .argv = other }, &process, &unknown), -1);
    assert_non_null(strstr(unknown->message, "/nowhere/thing"));
}

static void descriptors_get_the_numbers_asked_and_no_others_pass(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int a[2], b[2];
    assert_int_equal(fd_pipe(a, &err), 0);
    assert_int_equal(fd_pipe(b, &err), 0);
    int leaked = fcntl(STDERR_FILENO, F_DUPFD, 100); /* not close-on-exec */
    /* Each takes the other's number, so a dup2 in the wrong order would lose one. */
    const struct spawn_fd fds[] = { { a[1], b[1] }, { b[1], a[1] } };
    char script[200];
    snprintf(script, sizeof script, "printf a >&%d; printf b >&%d; test ! -e /proc/self/fd/%d", b[1], a[1], leaked);
    const char *const argv[] = { "bash", "-c", script, NULL };
    struct process process;
    assert_int_equal(spawn_start(&(struct spawn){ .argv = argv, .fds = fds, .fd_count = 2 }, &process, &err), 0);
    assert_int_equal(process_wait(&process, -1), 0);
    char text[2] = { 0 };
    assert_int_equal(read(a[0], text, 2), 1);
    assert_int_equal(text[0], 'a');
    assert_int_equal(read(b[0], text, 2), 1);
    assert_int_equal(text[0], 'b');
    for (int i = 0; i < 2; i++) {
        close(a[i]);
        close(b[i]);
    }
    close(leaked);
}

static void a_child_starts_with_signals_as_new(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(1000);
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    signal(SIGPIPE, SIG_IGN);
    int code = run("grep -E '^Sig(Blk|Ign)' /proc/self/status", NULL, &out, NULL, -1, &err);
    sigprocmask(SIG_SETMASK, &old, NULL);
    signal(SIGPIPE, SIG_DFL);
    assert_int_equal(code, 0);
    unsigned long long blocked = 1, ignored = 1;
    assert_int_equal(sscanf(buf_text(&out), "SigBlk:\t%llx SigIgn:\t%llx", &blocked, &ignored), 2);
    assert_int_equal(blocked, 0);
    assert_int_equal(ignored & 0x7fffffff, 0); /* 32 and 33 are libc's own, and as our parent left them */
}

static void waiting_gives_up_in_time_and_can_go_on(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const char *const argv[] = { "sleep", "60", NULL };
    struct process process;
    assert_int_equal(spawn_start(&(struct spawn){ .argv = argv, .new_group = 1 }, &process, &err), 0);
    assert_int_equal(process_wait(&process, 1), -2);
    assert_int_equal(getpgid(process.pid), process.pid);
    process_kill(&process, SIGTERM);
    assert_int_equal(process_wait(&process, -1), 128 + SIGTERM);
    assert_int_equal(process.pidfd, -1);
}

static void directory_and_environment_are_the_ones_given(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(1000);
    const char *const argv[] = { "/bin/sh", "-c", "pwd; echo $WHO", NULL }, *const env[] = { "WHO=me", NULL };
    assert_int_equal(spawn_run(&(struct spawn){ .argv = argv, .env = env, .dir = "/proc" }, NULL, &out, NULL, -1, &err),
                     0);
    assert_string_equal(buf_text(&out), "/proc\nme\n");
}

static void activation_does_not_reach_children(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(1000);
    assert_int_equal(run("echo $LISTEN_FDS:$NOTIFY_SOCKET:$KEPT", NULL, &out, NULL, -1, &err), 0);
    assert_string_equal(buf_text(&out), "::yes\n");
}

/* Before anything asks for the environment, which is made once. */
static int set_environment(void **state)
{
    (void)state;
    setenv("LISTEN_FDS", "1", 1);
    setenv("NOTIFY_SOCKET", "/x", 1);
    setenv("KEPT", "yes", 1);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(output_and_exit_code_come_back),
        cmocka_unit_test(a_signal_is_128_and_its_number),
        cmocka_unit_test(input_arrives_whole_while_output_flows),
        cmocka_unit_test(a_child_that_does_not_read_is_fine),
        cmocka_unit_test(output_past_the_limit_is_dropped),
        cmocka_unit_test(one_that_takes_too_long_is_killed),
        cmocka_unit_test(one_that_closes_its_output_is_waited_for_within_the_limit),
        cmocka_unit_test(a_grandchild_that_keeps_the_pipe_is_not_waited_for),
        cmocka_unit_test(a_missing_program_is_named_with_its_package),
        cmocka_unit_test(descriptors_get_the_numbers_asked_and_no_others_pass),
        cmocka_unit_test(a_child_starts_with_signals_as_new),
        cmocka_unit_test(waiting_gives_up_in_time_and_can_go_on),
        cmocka_unit_test(directory_and_environment_are_the_ones_given),
        cmocka_unit_test(activation_does_not_reach_children),
    };
    return cmocka_run_group_tests(tests, set_environment, NULL);
}
