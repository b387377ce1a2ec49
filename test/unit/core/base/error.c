#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>

#include "core/base/error.h"

static void wrapping_keeps_the_cause(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(error_set(&err, ERROR_INTERNAL, ENOENT, "opening %s", "x"), -1);
    assert_int_equal(error_wrap(&err, "reading %d", 1), -1);
    assert_int_equal(error_wrap(&err, "pulling"), -1);
    assert_string_equal(err->cause, "opening x: No such file or directory");
    assert_string_equal(err->message, "pulling: reading 1: opening x: No such file or directory");
    assert_int_equal(err->sys_errno, ENOENT);
}

static void an_error_can_be_about_an_object(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char name[] = "web";
    error_set_about(&err, ERROR_NOT_FOUND, "container", name, "no such container %s", name);
    name[0] = 'x';
    assert_string_equal(err->noun, "container");
    assert_string_equal(err->name, "web");
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
}

static void clearing_makes_room_for_the_next(void **state)
{
    (void)state;
    autoerror *err = NULL;
    error_set(&err, ERROR_CONFLICT, 0, "one");
    error_clear(&err);
    assert_null(err);
    error_clear(&err);
    error_set(&err, ERROR_CONFLICT, 0, "two");
    assert_string_equal(err->message, "two");
}

static void an_unknown_errno_has_words_too(void **state)
{
    (void)state;
    autoerror *err = NULL;
    error_set(&err, ERROR_INTERNAL, 99999, "doing");
    assert_string_equal(err->message, "doing: unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapping_keeps_the_cause),
        cmocka_unit_test(an_error_can_be_about_an_object),
        cmocka_unit_test(clearing_makes_room_for_the_next),
        cmocka_unit_test(an_unknown_errno_has_words_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
