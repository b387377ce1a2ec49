#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/error.h"

static int64_t moment(const char *text)
{
    int64_t ns;
    if (clock_parse(text, &ns) < 0)
        fail_msg("%s is no time", text);
    return ns;
}

static void rfc3339_is_read(void **state)
{
    (void)state;
    assert_true(moment("1970-01-01T00:00:01Z") == CLOCK_SECOND);
    assert_true(moment("2024-02-29T12:00:00.000000001Z") == 1709208000000000001);
    assert_true(moment("2024-02-29T12:00:00+01:30") == moment("2024-02-29T10:30:00Z"));
    assert_true(moment("2024-02-29t12:00:00.5-08:00") == moment("2024-02-29T20:00:00.5z"));
    assert_true(moment("1969-12-31T23:59:59.5Z") == -CLOCK_SECOND / 2);
    assert_true(moment("2024-01-01T00:00:00.1234567899Z") == moment("2024-01-01T00:00:00.123456789Z"));
    assert_true(moment("0001-01-01T00:00:00Z") == 0);
}

static void what_is_no_rfc3339_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "2024",
                                       "2024-02-30T00:00:00Z",
                                       "2023-02-29T00:00:00Z",
                                       "2024-13-01T00:00:00Z",
                                       "2024-00-01T00:00:00Z",
                                       "2024-04-31T00:00:00Z",
                                       "2024-01-01T24:00:00Z",
                                       "2024-01-01T00:60:00Z",
                                       "2024-01-01T00:00:00",
                                       "2024-01-01T00:00Z",
                                       "2024-01-01",
                                       "2024-01-01T00:00:00.Z",
                                       "2024-01-01T00:00:00+1:00",
                                       "2024-01-01T00:00:00+24:00",
                                       "2024-01-01T00:00:00+00:60",
                                       "2024-01-01T00:00:00Zx",
                                       "2024-1-01T00:00:00Z",
                                       "1500-01-01T00:00:00Z",
                                       "2900-01-01T00:00:00Z",
                                       "-024-01-01T00:00:00Z" };
    int64_t ns;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_parse(bad[i], &ns) == 0)
            fail_msg("%s was taken", bad[i]);
}

static void times_are_printed_as_go_does(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];
    assert_string_equal(clock_format(0, text), "0001-01-01T00:00:00Z");
    assert_string_equal(clock_format(CLOCK_SECOND, text), "1970-01-01T00:00:01Z");
    assert_string_equal(clock_format(1709208000000000001, text), "2024-02-29T12:00:00.000000001Z");
    assert_string_equal(clock_format(1709208000120000000, text), "2024-02-29T12:00:00.12Z");
    assert_string_equal(clock_format(-1, text), "1969-12-31T23:59:59.999999999Z");
    clock_format(INT64_MIN, text);
    clock_format(INT64_MAX, text);
}

static void what_is_printed_reads_back(void **state)
{
    (void)state;
    char text[CLOCK_TEXT_SIZE];
    int64_t now = clock_now();
    assert_true(moment(clock_format(now, text)) == now);
}

static int64_t length(const char *text)
{
    int64_t ns;
    if (clock_parse_duration(text, &ns) < 0)
        fail_msg("%s is no duration", text);
    return ns;
}

static void durations_are_gos(void **state)
{
    (void)state;
    assert_true(length("0") == 0);
    assert_true(length("1h15m30.5s") == 4530500000000);
    assert_true(length("300ms") == 300000000);
    assert_true(length("-1.5h") == -5400000000000);
    assert_true(length("+5us") == 5000);
    assert_true(length("5\xc2\xb5s") == 5000);
    assert_true(length("5\xce\xbcs") == 5000);
    assert_true(length(".5s") == 500000000);
    assert_true(length("1.s") == CLOCK_SECOND);
    assert_true(length("2562047h47m16.854775807s") == INT64_MAX);
    assert_true(length("0.100000000000000000000h") == 360000000000);
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "",         "-",
                                       "1",        "s",
                                       ".s",       ".",
                                       "1x",       "1e3s",
                                       "0x1h",     "1h ",
                                       " 1h",      "1hh",
                                       "9999999h", "99999999999999999999s",
                                       "--1s",     "1d",
                                       "infs",     "2562047h47m16.854775808s" };
    int64_t ns;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_parse_duration(bad[i], &ns) == 0)
            fail_msg("%s was taken", bad[i]);
}

static int64_t when(const char *text)
{
    autoerror *err = NULL;
    int64_t ns = -1;
    if (clock_parse_when(text, 1000 * CLOCK_SECOND, "since", &ns, &err) < 0)
        fail_msg("%s", err->message);
    return ns;
}

static void since_takes_seconds_dates_and_durations(void **state)
{
    (void)state;
    assert_true(when("1700000000") == 1700000000 * CLOCK_SECOND);
    assert_true(when("1700000000.000000123") == 1700000000 * CLOCK_SECOND + 123);
    assert_true(when("1700000000.5") == 1700000000 * CLOCK_SECOND + 500000000);
    assert_true(when("2024-01-01T00:00:00+01:00") == moment("2023-12-31T23:00:00Z"));
    assert_true(when("2024-01-01T10:20") == moment("2024-01-01T10:20:00Z"));
    assert_true(when("2024-01-01") == moment("2024-01-01T00:00:00Z"));
    assert_true(when("10m") == 400 * CLOCK_SECOND);
    assert_true(when("-10s") == 1010 * CLOCK_SECOND);
    assert_true(when("0") == 0);
}

static void what_is_no_moment_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const bad[] = { "", "yesterday", "1700000000.", "99999999999999", "1.5.5", "-1" };
    int64_t ns;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        autoerror *err = NULL;
        assert_int_equal(clock_parse_when(bad[i], 0, "since", &ns, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, "since"));
    }
}

static void a_duration_past_the_end_of_time_is_refused(void **state)
{
    (void)state;
    autoerror *err = NULL;
    int64_t ns;
    assert_int_equal(clock_parse_when("-2562047h", clock_now(), "until", &ns, &err), -1);
}

static void monotonic_time_does_not_go_back(void **state)
{
    (void)state;
    int64_t before = clock_monotonic();
    assert_true(clock_monotonic() >= before);
}

static void durations_are_printed_as_go_prints_them(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        { 0, "0s" }, { 1, "1ns" }, { 1500, "1.5µs" }, { 500000000, "500ms" }, { 1000000000, "1s" }, { 1500000000, "1.5s" },
        { 90000000001, "1m30.000000001s" }, { 3600000000000, "1h0m0s" }, { -2000000, "-2ms" }, { INT64_MAX, "2562047h47m16.854775807s" },
        { INT64_MIN, "-2562047h47m16.854775808s" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[CLOCK_TEXT_SIZE];
        assert_string_equal(clock_format_duration(rows[i].ns, text), rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rfc3339_is_read),
        cmocka_unit_test(what_is_no_rfc3339_is_refused),
        cmocka_unit_test(times_are_printed_as_go_does),
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(durations_are_gos),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(since_takes_seconds_dates_and_durations),
        cmocka_unit_test(what_is_no_moment_is_refused_by_name),
        cmocka_unit_test(a_duration_past_the_end_of_time_is_refused),
        cmocka_unit_test(monotonic_time_does_not_go_back),
        cmocka_unit_test(durations_are_printed_as_go_prints_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
