/* core/container/runtime/process.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/fd.h"
#include "core/container/runtime/process.h"

static int64_t ticks_since_boot(void)
{
    struct timespec now;
    clock_gettime(CLOCK_BOOTTIME, &now);
    return now.tv_sec * sysconf(_SC_CLK_TCK) + now.tv_nsec * sysconf(_SC_CLK_TCK) / 1000000000;
}

/* A process that waits for its end of the pipe to close. */
static pid_t start_child(int ret_ends[2])
{
    assert_int_equal(pipe(ret_ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        close(ret_ends[1]);
        _exit(read(ret_ends[0], &byte, 1) != 0);
    }
    return pid;
}

static void a_process_started_when_it_did(void **state)
{
    (void)state;
    int ends[2];
    int64_t before = ticks_since_boot();
    pid_t pid = start_child(ends);
    int64_t start = process_start_time(pid);
    assert_in_range(start, before - 1, ticks_since_boot() + 1);
    close(ends[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    assert_int_equal(process_start_time(pid), 0);
    close(ends[0]);
}

static void growing_leaves_a_process_who_it_is(void **state)
{
    (void)state;
    int64_t start = process_start_time(getpid());
    void *more = mmap(NULL, 64 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(more != MAP_FAILED);
    assert_true(process_is(getpid(), start));
    autofd process = process_open(getpid(), start);
    assert_true(process >= 0);
    assert_false(process_is(getpid(), start + 1));
    munmap(more, 64 << 20);
}

static void a_job_lives_as_long_as_its_process(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const char *ours = process_job_name(arena), *next = process_job_name(arena);
    assert_string_not_equal(ours, next);
    assert_true(process_job_lives(ours));
    assert_true(process_job_lives(arena_printf(arena, "%s:more", ours)));
    assert_false(process_job_lives(arena_printf(arena, "job-%d-%lld-1", getpid(), (long long)process_start_time(getpid()) + 1)));
    assert_false(process_job_lives("job-x"));
    assert_false(process_job_lives("client"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_started_when_it_did),
        cmocka_unit_test(growing_leaves_a_process_who_it_is),
        cmocka_unit_test(a_job_lives_as_long_as_its_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
