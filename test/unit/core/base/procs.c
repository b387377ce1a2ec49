/* core/base/procs.c */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/procs.h"
#include "core/base/spawn.h"

static const char *const programs[] = { "sleep", NULL };

/* A duration nobody else sleeps for: the word by which ours are known. */
static const char *own_word(void)
{
    static char word[32];
    snprintf(word, sizeof word, "1000.%d", (int)getpid());
    return word;
}

static struct process start(const char *program, const char *first, const char *second)
{
    const char *argv[] = { program, first, second, NULL };
    const struct spawn what = { .argv = argv };
    struct process process;
    autoerror *err = NULL;
    assert_int_equal(spawn_start(&what, &process, &err), 0);
    return process;
}

static void those_with_program_and_word_are_ended(void **state)
{
    (void)state;
    struct process first = start("sleep", own_word(), NULL), second = start("sleep", "1000", own_word());
    while (procs_count(programs, own_word()) < 2) /* until both have become their program */
        ;
    assert_int_equal(procs_end(programs, own_word(), SIGKILL, 5000), 0);
    assert_int_equal(process_wait(&first, 5000), 128 + SIGKILL);
    assert_int_equal(process_wait(&second, 5000), 128 + SIGKILL);
    assert_int_equal(procs_count(programs, own_word()), 0);
}

static void others_are_left_alone(void **state)
{
    (void)state;
    static const char *const other_programs[] = { "slee", "sleeper", NULL };
    char longer[40];
    snprintf(longer, sizeof longer, "%s1", own_word());
    struct process process = start("sleep", longer, NULL);
    while (!procs_count(programs, longer))
        ;
    assert_int_equal(procs_end(programs, own_word(), SIGKILL, 5000), 0);
    assert_int_equal(procs_end(other_programs, longer, SIGKILL, 5000), 0);
    assert_int_equal(process_wait(&process, 0), -2);
    process_kill(&process, SIGKILL);
    process_wait(&process, -1);
}

static void waiting_alone_has_an_end(void **state)
{
    (void)state;
    struct process process = start("sleep", own_word(), NULL);
    while (!procs_count(programs, own_word()))
        ;
    assert_int_equal(procs_end(programs, own_word(), 0, 50), -1);
    process_kill(&process, SIGKILL);
    assert_int_equal(procs_end(programs, own_word(), 0, 5000), 0);
    process_wait(&process, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_with_program_and_word_are_ended),
        cmocka_unit_test(others_are_left_alone),
        cmocka_unit_test(waiting_alone_has_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
