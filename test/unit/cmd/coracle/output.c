/* cmd/coracle/output.c: templates, tables, and what may reach a terminal */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmd/coracle/output.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/schema/json.h"

static struct arena *arena;

static const struct json *document(const char *text)
{
    autoerror *err = NULL;
    const struct json *json = json_parse(arena, text, strlen(text), SCHEMA_LIMITS, &err);
    if (!json)
        fail_msg("%s", err->message);
    return json;
}

/* Standard output goes to a file meanwhile. */
static int begin_capture(FILE **ret_file)
{
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    *ret_file = tmpfile();
    dup2(fileno(*ret_file), STDOUT_FILENO);
    return saved;
}

static const char *end_capture(int saved, FILE *file)
{
    char text[4096];
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    rewind(file);
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    return arena_strndup(arena, text, len);
}

static const char *shown(const char *format, const char *text)
{
    autoerror *err = NULL;
    const struct json *json = document(text);
    FILE *file;
    int saved = begin_capture(&file);
    int rc = output_object(format, json, &err);
    const char *output = end_capture(saved, file);
    return rc < 0 ? arena_printf(arena, "error: %s", err->message) : output;
}

static void a_template_shows_members_in_any_letter_case(void **state)
{
    (void)state;
    static const char ctr[] =
        "{\"Id\":\"abc\",\"State\":{\"Pid\":7,\"Up\":true},\"Names\":[\"a\",\"b\"],\"None\":null}";
    assert_string_equal(shown("{{.Id}} {{ .state.pid }}", ctr), "abc 7\n");
    assert_string_equal(shown("{{.Names}}|{{json .Names}}", ctr), "a,b|[\"a\",\"b\"]\n");
    assert_string_equal(shown("a\\tb\\n{{.State.Up}} {{.None}}", ctr), "a\tb\ntrue null\n");
    assert_string_equal(shown("{{json .State}}", ctr), "{\"Pid\":7,\"Up\":true}\n");
    assert_string_equal(shown("plain", ctr), "plain\n");
    assert_string_equal(shown("json", "{ \"a\" : [] }"), "{\"a\":[]}\n");
    assert_string_equal(shown("{{.}}", "{\"a\":1}"), "{\"a\":1}\n");
    assert_string_equal(shown(NULL, "{\"a\":1}"), "{\"a\":1}\n"); /* indented on terminals alone */
}

static void what_a_template_cannot_show_is_an_error(void **state)
{
    (void)state;
    assert_non_null(strstr(shown("{{.Nothing}}", "{\"a\":1}"), "error: --format: there is no member \"Nothing\""));
    assert_non_null(strstr(shown("{{.a.b}}", "{\"a\":1}"), "no member \"b\""));
    assert_non_null(strstr(shown("{{.Labels.b}} x", "{\"Labels\":{\"a\":\"1\"}}"), "<no value> x"));
    assert_non_null(strstr(shown("{{.a", "{\"a\":1}"), "\"{{\" without \"}}\""));
    assert_non_null(strstr(shown("{{range .}}", "{\"a\":1}"), "\"{{range .}}\" is not understood"));
    assert_non_null(strstr(shown("{{}}", "{\"a\":1}"), "is not understood"));
}

static const char *first(struct arena *unused, const struct json *row)
{
    (void)unused;
    return output_member(row, "a");
}

static const char *second(struct arena *unused, const struct json *row)
{
    (void)unused;
    return output_member(row, "b");
}

static void columns_are_as_wide_as_characters_are_many(void **state)
{
    (void)state;
    static const struct column columns[] = { { "FIRST", first }, { "B", second } };
    autoerror *err = NULL;
    FILE *file;
    const struct json *rows =
        document("[{\"a\":\"h\u00e9h\u00e9h\u00e9\",\"b\":\"x\"},{\"a\":\"e\\u001b[1m\",\"b\":\"y\"}]");
    int saved = begin_capture(&file);
    int rc = output_rows(arena, NULL, columns, 2, rows, &err);
    const char *output = end_capture(saved, file);
    assert_int_equal(rc, 0);
    assert_string_equal(output, "FIRST   B\nh\u00e9h\u00e9h\u00e9  x\ne?[1m   y\n");
}

static void control_characters_become_harmless(void **state)
{
    (void)state;
    assert_string_equal(output_harmless(arena, "a\033b\177c\nd", ""), "a?b?c?d");
    assert_string_equal(output_harmless(arena, "a\nb\tc\r", "\n\t"), "a\nb\tc?");
    assert_string_equal(output_harmless(arena,
                                        "\xc2\x9b"
                                        "31m \xc2\xa0\xc3\xa9",
                                        ""),
                        "?31m \xc2\xa0\xc3\xa9");
    assert_string_equal(output_harmless(arena, "\xff\x9b\xc3", ""), "???"); /* no UTF-8 */
}

static void long_text_is_cut_between_characters(void **state)
{
    (void)state;
    assert_string_equal(output_shorten(arena, "12345", 5), "12345");
    assert_string_equal(output_shorten(arena, "123456", 5), "12...");
    assert_string_equal(output_shorten(arena, "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9", 5), "\u00e9\u00e9...");
}

static void sizes_and_ages_are_for_people(void **state)
{
    (void)state;
    assert_string_equal(output_size(arena, 0), "0 B");
    assert_string_equal(output_size(arena, 2130000), "2.13 MB");
    assert_string_equal(output_size(arena, 5e15), "5e+03 TB");
    assert_string_equal(output_ago(arena, time(NULL) - 3600), "1 hour ago");
    assert_string_equal(output_age(arena, time(NULL) - 3 * 86400), "3 days");
    assert_string_equal(output_age(arena, time(NULL) + 5), "less than a second");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_template_shows_members_in_any_letter_case),
        cmocka_unit_test(what_a_template_cannot_show_is_an_error),
        cmocka_unit_test(columns_are_as_wide_as_characters_are_many),
        cmocka_unit_test(control_characters_become_harmless),
        cmocka_unit_test(long_text_is_cut_between_characters),
        cmocka_unit_test(sizes_and_ages_are_for_people),
    };
    arena = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
