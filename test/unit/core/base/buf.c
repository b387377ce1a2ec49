#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/buf.h"

static void bytes_are_appended_and_followed_by_a_nul(void **state)
{
    (void)state;
    autobuf buf = BUF(1000);
    assert_string_equal(buf_text(&buf), "");
    buf_puts(&buf, "a");
    buf_putc(&buf, 'b');
    buf_append(&buf, "c\0d", 3);
    buf_printf(&buf, "%d", 42);
    assert_int_equal(buf.len, 7);
    assert_memory_equal(buf.data, "abc\0d42", 8);
}

static void what_passes_the_limit_is_dropped_and_shows(void **state)
{
    (void)state;
    autobuf buf = BUF(4);
    buf_puts(&buf, "1234");
    assert_false(buf.full);
    buf_puts(&buf, "5");
    assert_true(buf.full);
    assert_string_equal(buf_text(&buf), "1234");
    buf_clear(&buf);
    buf_puts(&buf, "12345");
    assert_true(buf.full);
    assert_int_equal(buf.len, 0);
    buf_puts(&buf, "1"); /* for good: what follows a gap is not text */
    assert_int_equal(buf.len, 0);
}

static void huge_lengths_do_not_wrap(void **state)
{
    (void)state;
    autobuf buf = BUF(100);
    buf_puts(&buf, "x");
    assert_null(buf_reserve(&buf, SIZE_MAX));
    assert_true(buf.full);
}

static void reserved_room_is_filled_by_the_caller(void **state)
{
    (void)state;
    autobuf buf = BUF(10000);
    memset(buf_reserve(&buf, 5000), 'x', 5000);
    buf.len += 5000;
    buf_putc(&buf, '!');
    assert_int_equal(buf.len, 5001);
    assert_int_equal(buf.data[5000], '!');
    assert_int_equal(buf.data[5001], 0);
}

static void the_front_can_go(void **state)
{
    (void)state;
    autobuf buf = BUF(100);
    buf_drop_front(&buf, 0);
    buf_puts(&buf, "abcdef");
    buf_drop_front(&buf, 2);
    assert_string_equal(buf_text(&buf), "cdef");
    buf_drop_front(&buf, 4);
    assert_string_equal(buf_text(&buf), "");
}

static void text_taken_is_the_callers(void **state)
{
    (void)state;
    autobuf buf = BUF(100);
    buf_puts(&buf, "abc");
    char *text = buf_take(&buf), *empty = buf_take(&buf);
    assert_string_equal(text, "abc");
    assert_string_equal(empty, "");
    assert_int_equal(buf.max, 100);
    free(text);
    free(empty);
}

static void printing_stops_at_the_limit(void **state)
{
    (void)state;
    autobuf buf = BUF(3);
    buf_printf(&buf, "%s", "abc");
    assert_false(buf.full);
    buf_printf(&buf, "%s", "d");
    assert_true(buf.full);
    assert_string_equal(buf_text(&buf), "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_are_appended_and_followed_by_a_nul),
        cmocka_unit_test(what_passes_the_limit_is_dropped_and_shows),
        cmocka_unit_test(huge_lengths_do_not_wrap),
        cmocka_unit_test(reserved_room_is_filled_by_the_caller),
        cmocka_unit_test(the_front_can_go),
        cmocka_unit_test(text_taken_is_the_callers),
        cmocka_unit_test(printing_stops_at_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
