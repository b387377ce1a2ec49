#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <signal.h>
#include <cmocka.h>

#include "core/oci/oci.h"

static void names_and_numbers_are_signals(void **state)
{
    (void)state;
    assert_int_equal(oci_signal("TERM"), SIGTERM);
    assert_int_equal(oci_signal("SIGTERM"), SIGTERM);
    assert_int_equal(oci_signal("sigusr1"), SIGUSR1);
    assert_int_equal(oci_signal("9"), SIGKILL);
    assert_int_equal(oci_signal("64"), 64);
    assert_int_equal(oci_signal("IOT"), SIGABRT);
    assert_int_equal(oci_signal("RTMIN"), SIGRTMIN);
    assert_int_equal(oci_signal("SIGRTMIN+3"), SIGRTMIN + 3);
    assert_int_equal(oci_signal("RTMAX-2"), SIGRTMAX - 2);
}

static void the_rest_is_not(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",      "0",        "65",      "-9",      "SIG",     "SIGSIG",
                                         "TERMX", "RTMIN+99", "RTMIN-1", "RTMAX+1", "SIGNOPE", "9x" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(oci_signal(wrong[i]), -1);
    assert_int_equal(oci_signal(NULL), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_numbers_are_signals),
        cmocka_unit_test(the_rest_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
