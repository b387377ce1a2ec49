#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/runtime/words.h"

static void each_runtimes_words_become_the_kind_they_mean(void **state)
{
    (void)state;
    static const struct {
        const char *words; /* crun 1.8, crun 1.21, runc 1.1 */
        enum error_kind kind;
        const char *kept; /* by which docker's CLI tells 126 from 127 */
    } said[] = {
        { "executable file `nope` not found in $PATH: No such file or directory", ERROR_NOT_FOUND,
          "executable file not found" },
        { "runc create failed: unable to start container process: exec: \"nope\": executable file not found in $PATH",
          ERROR_NOT_FOUND, "executable file not found" },
        { "runc create failed: unable to start container process: exec: \"/nope\": stat /nope: no such file or "
          "directory",
          ERROR_NOT_FOUND, "no such file or directory" },
        { "open executable: Operation not permitted", ERROR_INVALID, "permission denied" },
        { "open executable: Permission denied", ERROR_INVALID, "permission denied" },
        { "the path `/etc` is not a regular file: Operation not permitted", ERROR_INVALID, "is a directory" },
        { "the path `/etc/passwd` exists but it is not executable: Operation not permitted", ERROR_INVALID,
          "permission denied" },
        { "runc create failed: unable to start container process: exec: \"/etc\": permission denied", ERROR_INVALID,
          "permission denied" },
        { "exec container process `/bin/x`: Exec format error", ERROR_INVALID, "exec format error" },
        { "error mounting \"/x\" to rootfs at \"/y\": mount /x:/y: not a directory", ERROR_INVALID, "vice-versa" },
        { "chdir `/etc/passwd`: Not a directory", ERROR_INVALID, "working directory" },
        { "runc create failed: unable to start container process: chdir to cwd (\"/root\") set in config.json failed: "
          "permission denied", ERROR_INVALID, "working directory" },
        { "setrlimit `RLIMIT_NOFILE`: Operation not permitted", ERROR_INTERNAL, "setrlimit" },
        { "", ERROR_INTERNAL, "no reason" },
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        autoerror *err = NULL;
        bool refused = false;
        assert_int_equal(runtime_error("create", said[i].words, &refused, &err), -1);
        if (err->kind != said[i].kind || !strstr(err->message, said[i].kept))
            fail_msg("%s became kind %d: %s", said[i].words, err->kind, err->message);
        assert_false(refused);
    }
}

static void a_machine_that_is_refused_is_told_from_a_container(void **state)
{
    (void)state;
    static const char *const machine[] = {
        "the requested cgroup controller `hugetlb` is not available",
        "failed to write 19392: openat2 /sys/fs/cgroup/hugetlb/x/cgroup.procs: no such file or directory",
        "invalid file system type on '/sys/fs/cgroup'",
        "mountpoint for devices not found: cgroup",
    };
    for (size_t i = 0; i < sizeof machine / sizeof *machine; i++) {
        autoerror *err = NULL;
        bool refused = false;
        runtime_error("create", machine[i], &refused, &err);
        assert_true(refused);
        assert_int_equal(err->kind, ERROR_INTERNAL);
    }
}

static void the_last_error_of_a_log_counts(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_string_equal(
        runtime_words(arena, "{\"msg\":\"first\",\"level\":\"error\"}\n{\"level\":\"error\",\"msg\":\"second \"}\n"
                             "{\"level\":\"warning\",\"msg\":\"by the way\"}\n"),
        "second");
    assert_string_equal(runtime_words(arena, "plain words\n"), "plain words");
    assert_string_equal(runtime_words(arena, "[conmon:d]: noise\n{\"msg\":\"said\",\"level\":\"error\"}"), "said");
    assert_string_equal(runtime_words(arena, "{broken"), "{broken");
    assert_string_equal(runtime_words(arena, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_runtimes_words_become_the_kind_they_mean),
        cmocka_unit_test(a_machine_that_is_refused_is_told_from_a_container),
        cmocka_unit_test(the_last_error_of_a_log_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
