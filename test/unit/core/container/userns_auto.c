/* Which ids a container gets that asks for some. */
#include "core/container/userns_auto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/container/container.h"

static const struct container_id_map used[] = {
    { .container = 0, .host = 1000, .size = 100 },
    { .container = 0, .host = 1200, .size = 100 },
    { .container = 0, .host = 1100, .size = 50 },
};

static void the_lowest_range_that_is_free_is_taken(void **state)
{
    (void)state;
    assert_int_equal(userns_free_range("containers:1000:1000", NULL, 0, 1000), 1000);
    assert_int_equal(userns_free_range("containers:1000:1000", used, 3, 50), 1150);
    assert_int_equal(userns_free_range("containers:1000:1000\n", used, 3, 51), 1300);
    assert_int_equal(userns_free_range("containers:1000:1000", used, 3, 700), 1300);
    assert_int_equal(userns_free_range("containers:5000:100\ncontainers:3000:100", used, 3, 100), 3000);
    assert_int_equal(userns_free_range("containers:1000:100\ncontainers:3000:100", used, 3, 100), 3000);
}

static void no_room_is_not_no_range(void **state)
{
    (void)state;
    assert_int_equal(userns_free_range("containers:1000:1000", used, 3, 701), -1);
    assert_int_equal(userns_free_range("containers:3000:100\ncontainers:1000:100", used, 3, 100), 3000);
    assert_int_equal(userns_free_range("containers:1000:100", NULL, 0, 101), -1);
    assert_int_equal(userns_free_range("", NULL, 0, 1), -2);
    assert_int_equal(userns_free_range("root:1:1000\ncontainersx:1:1000", NULL, 0, 1), -2);
}

static void lines_that_are_none_are_passed_over(void **state)
{
    (void)state;
    static const char *const lines[] = { "containers:", "containers:1", "containers:x:5", "containers:5:", "containers:5:-1", "containers:0:5",
                                         "containers:4294967290:10", "containers:9999999999999999999:1", "#containers:1:5" };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_int_equal(userns_free_range(lines[i], NULL, 0, 1), -2);
    assert_int_equal(userns_free_range("containers:x:5\n\ncontainers:7:5", NULL, 0, 5), 7);
    assert_int_equal(userns_free_range("containers:2147483647:2147483648", NULL, 0, 65536), 2147483647);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_lowest_range_that_is_free_is_taken),
        cmocka_unit_test(no_room_is_not_no_range),
        cmocka_unit_test(lines_that_are_none_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
