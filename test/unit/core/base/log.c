#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/log.h"

/* What the call writes to stderr. */
static const char *logged(enum log_level level, const char *text)
{
    static char line[8192];
    int ends[2], saved = dup(STDERR_FILENO);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[1], STDERR_FILENO);
    log_write(level, "%s", text);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(ends[1]);
    ssize_t n = read(ends[0], line, sizeof line - 1);
    close(ends[0]);
    line[n < 0 ? 0 : n] = '\0';
    return line;
}

static void lines_carry_their_level(void **state)
{
    (void)state;
    unsetenv("JOURNAL_STREAM");
    log_init(LOG_INFO);
    assert_string_equal(logged(LOG_WARN, "it rains"), "coracled: warn: it rains\n");
}

static void the_journal_gets_priorities(void **state)
{
    (void)state;
    setenv("JOURNAL_STREAM", "8:1", 1);
    log_init(LOG_INFO);
    assert_string_equal(logged(LOG_ERROR, "it burns"), "<3>it burns\n");
    unsetenv("JOURNAL_STREAM");
    log_init(LOG_INFO);
}

static void what_is_below_the_threshold_is_not_written(void **state)
{
    (void)state;
    log_init(LOG_WARN);
    assert_string_equal(logged(LOG_INFO, "chatter"), "");
    assert_false(log_enabled(LOG_DEBUG));
    assert_true(log_enabled(LOG_ERROR));
}

static void a_message_cannot_forge_a_second_line(void **state)
{
    (void)state;
    log_init(LOG_INFO);
    assert_string_equal(logged(LOG_INFO, "a\ncoracled: error: b\x1b[1m"), "coracled: info: a coracled: error: b [1m\n");
}

static void long_messages_are_cut_and_still_a_line(void **state)
{
    (void)state;
    char text[6000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    log_init(LOG_INFO);
    const char *line = logged(LOG_INFO, text);
    assert_true(strlen(line) <= 4096);
    assert_int_equal(line[strlen(line) - 1], '\n');
}

static void levels_have_the_names_of_podman_too(void **state)
{
    (void)state;
    assert_int_equal(log_level_from_text("WARNING"), LOG_WARN);
    assert_int_equal(log_level_from_text("warn"), LOG_WARN);
    assert_int_equal(log_level_from_text("panic"), LOG_ERROR);
    assert_int_equal(log_level_from_text("trace"), LOG_DEBUG);
    assert_int_equal(log_level_from_text("loud"), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_carry_their_level),
        cmocka_unit_test(the_journal_gets_priorities),
        cmocka_unit_test(what_is_below_the_threshold_is_not_written),
        cmocka_unit_test(a_message_cannot_forge_a_second_line),
        cmocka_unit_test(long_messages_are_cut_and_still_a_line),
        cmocka_unit_test(levels_have_the_names_of_podman_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
