#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api/docker/images/progress.h"
#include "core/base/arena.h"

#define HALF "========================="
#define BLANK "                         "

static void a_bar_shows_how_far_it_is(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_string_equal(docker_progress_bar(arena, 0, 100), "[>" BLANK BLANK "]       0B/100B");
    assert_string_equal(docker_progress_bar(arena, 500, 1000), "[" HALF ">" BLANK "]     500B/1kB");
    assert_string_equal(docker_progress_bar(arena, 1068726, 1068726), "[" HALF HALF ">]  1.069MB/1.069MB");
}

static void without_an_end_only_the_bytes_are_shown(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_string_equal(docker_progress_bar(arena, 36445, 0), " 36.45kB");
    assert_string_equal(docker_progress_bar(arena, 36445, -1), " 36.45kB");
    assert_string_equal(docker_progress_bar(arena, 2000, 1000), "     2kB");
    assert_string_equal(docker_progress_bar(arena, INT64_MAX, 1), " 9.223EB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_shows_how_far_it_is),
        cmocka_unit_test(without_an_end_only_the_bytes_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
