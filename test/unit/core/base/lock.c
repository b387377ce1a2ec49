#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"

static char path[64];

static int make_folder(void **state)
{
    (void)state;
    char folder[] = "/tmp/coracle-lock-XXXXXX";
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/lock", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    unlink(path);
    *strrchr(path, '/') = '\0';
    return rmdir(path);
}

static void a_second_holder_waits(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int first = lock_file(path, true, &err);
    assert_true(first >= 0);
    assert_int_equal(lock_file_try(path, true, &err), -2);
    assert_int_equal(lock_file_try(path, false, &err), -2);
    assert_null(err);
    fd_close(first);
    int second = lock_file_try(path, true, &err);
    assert_true(second >= 0);
    fd_close(second);
}

static void readers_share(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autofd first = lock_file(path, false, &err), second = lock_file_try(path, false, &err);
    assert_true(first >= 0 && second >= 0);
    assert_int_equal(lock_file_try(path, true, &err), -2);
}

static void fcntl_locks_of_others_conflict(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autofd other = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    assert_int_equal(fcntl(other, F_SETLK, &lock), 0);
    assert_int_equal(lock_file_try(path, true, &err), -2);
}

static void *take_and_leave(void *arg)
{
    (void)arg;
    autoerror *err = NULL;
    autofd fd = lock_file(path, true, &err);
    return fd >= 0 ? path : NULL;
}

static void a_waiter_gets_it_when_it_is_free(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int fd = lock_file(path, true, &err);
    pthread_t waiter;
    void *got = NULL;
    pthread_create(&waiter, NULL, take_and_leave, NULL);
    fd_close(fd);
    pthread_join(waiter, &got);
    assert_non_null(got);
}

static void what_cannot_be_opened_is_named(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(lock_file("/proc/no/such/lock", true, &err), -1);
    assert_non_null(strstr(err->message, "/proc/no/such/lock"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_holder_waits),
        cmocka_unit_test(readers_share),
        cmocka_unit_test(fcntl_locks_of_others_conflict),
        cmocka_unit_test(a_waiter_gets_it_when_it_is_free),
        cmocka_unit_test(what_cannot_be_opened_is_named),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
