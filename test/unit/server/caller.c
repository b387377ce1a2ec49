#include "server/caller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <grp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "api/caller.h"
#include "core/base/error.h"
#include "core/base/fd.h"

static void it_is_who_made_the_connection(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int ends[2];
    struct caller caller = { 0 };
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    autofd near = ends[0], far = ends[1];
    (void)far;
    assert_int_equal(caller_read(near, false, &caller, &err), 0);
    assert_int_equal(caller.pid, getpid());
    assert_int_equal(caller.uid, getuid());
    assert_int_equal(caller.gid, getgid());
    assert_int_equal(caller.group_count, 0);
    caller_free(&caller);
}

/* Whatever their number; a socket pair has the groups of who made it. */
static int read_groups_of(size_t count)
{
    autoerror *err = NULL;
    gid_t groups[300];
    int ends[2];
    struct caller caller = { 0 };
    for (size_t i = 0; i < count; i++)
        groups[i] = (gid_t)(5000 + i);
    if (setgroups(count, groups) < 0)
        return 77;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0 || caller_read(ends[0], true, &caller, &err) < 0)
        return 1;
    int rc = caller.group_count != count || (count && memcmp(caller.groups, groups, count * sizeof *groups));
    caller_free(&caller);
    close(ends[0]);
    close(ends[1]);
    return rc;
}

static void supplementary_groups_are_all_there(void **state)
{
    (void)state;
    static const size_t counts[] = { 0, 1, 300 };
    if (geteuid() != 0)
        skip();
    for (size_t i = 0; i < 3; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0)
            _exit(read_groups_of(counts[i]));
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void what_is_no_socket_is_an_error(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct caller caller = { 0 };
    assert_int_equal(caller_read(-1, true, &caller, &err), -1);
    assert_int_equal(err->kind, ERROR_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_who_made_the_connection),
        cmocka_unit_test(supplementary_groups_are_all_there),
        cmocka_unit_test(what_is_no_socket_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
