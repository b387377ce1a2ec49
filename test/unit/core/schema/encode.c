#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "test/unit/core/schema/sample.h"

static char *encoded(const struct sample *sample, unsigned level)
{
    struct buf out = BUF(1 << 20);
    schema_encode(&out, sample_schema(), sample, level);
    assert_false(out.full);
    return buf_take(&out);
}

static void check(const struct sample *sample, const char *part)
{
    char *text = encoded(sample, 43);
    if (!strstr(text, part))
        fail_msg("%s is not in %s", part, text);
    free(text);
}

static void nothing_shows_as_the_flags_say(void **state)
{
    (void)state;
    struct sample sample = { 0 };
    char *text = encoded(&sample, 43);
    assert_string_equal(
        text, "{\"Needed\":\"\",\"Text\":\"\",\"Maybe\":null,\"Number\":0,\"Init\":null,\"Texts\":[],\"Numbers\":null,"
              "\"Labels\":{},\"Leaf\":{\"Name\":\"\"},\"Old\":\"\"}");
    free(text);
}

static void scalars_are_printed(void **state)
{
    (void)state;
    struct sample sample = { .flag = true,
                             .number = INT64_MIN,
                             .count = UINT64_MAX,
                             .share = 0.1,
                             .at = 1706929506500000000,
                             .any = "{\"a\":[]}",
                             .maybe = "m",
                             .protocol = "tcp" };
    check(&sample, "\"Flag\":true");
    check(&sample, "\"Number\":-9223372036854775808");
    check(&sample, "\"Count\":18446744073709551615");
    check(&sample, "\"Share\":0.1,");
    check(&sample, "\"At\":\"2024-02-03T03:05:06.5Z\"");
    check(&sample, "\"Any\":{\"a\":[]}");
    check(&sample, "\"Maybe\":\"m\"");
    check(&sample, "\"Protocol\":\"tcp\"");
}

static void numbers_keep_their_value_and_are_always_json(void **state)
{
    (void)state;
    struct sample sample = { .share = 1.0 / 3 };
    check(&sample, "\"Share\":0.33333333333333331,");
    sample.share = 1e300;
    check(&sample, "\"Share\":1e+300,");
    sample.share = NAN;
    check(&sample, "\"Share\":0,");
    sample.share = -INFINITY;
    check(&sample, "\"Share\":0,");
}

static void shapes_are_printed(void **state)
{
    (void)state;
    int64_t limit = 0;
    bool init = false;
    struct sample_leaf child = { .name = "c" }, leaves[] = { { .size = 1 }, { .size = 2 } };
    const char *texts[] = { "a", "b" };
    struct sample sample = { .limit = &limit,
                             .init = &init,
                             .child = &child,
                             .leaves = { leaves, 2 },
                             .texts = { texts, 2 },
                             .ports = { texts, 2 },
                             .rows = { (struct str_list[]){ { texts, 1 }, { NULL, 0 } }, 2 } };
    struct str_pair labels[] = { { "k", "v" }, { "n", NULL } };
    sample.labels = (struct str_map){ labels, 2 };
    typeof(*sample.groups.items) groups[] = { { "g", { texts, 2 } }, { "h", { NULL, 0 } } };
    sample.groups.items = groups;
    sample.groups.count = 2;
    typeof(*sample.named.items) named[] = { { "n", { .name = "x" } } };
    sample.named.items = named;
    sample.named.count = 1;
    typeof(*sample.sizes.items) sizes[] = { { "s", 5 } };
    sample.sizes.items = sizes;
    sample.sizes.count = 1;
    check(&sample, "\"Limit\":0");
    check(&sample, "\"Init\":false");
    check(&sample, "\"Texts\":[\"a\",\"b\"]");
    check(&sample, "\"Ports\":{\"a\":{},\"b\":{}}");
    check(&sample, "\"Rows\":[[\"a\"],null]");
    check(&sample, "\"Labels\":{\"k\":\"v\",\"n\":\"\"}");
    check(&sample, "\"Groups\":{\"g\":[\"a\",\"b\"],\"h\":null}");
    check(&sample, "\"Child\":{\"Name\":\"c\"}");
    check(&sample, "\"Leaves\":[{\"Name\":\"\",\"Size\":1},{\"Name\":\"\",\"Size\":2}]");
    check(&sample, "\"Named\":{\"n\":{\"Name\":\"x\"}}");
    check(&sample, "\"Sizes\":{\"s\":5}");
}

static const char *text_of(const char *text)
{
    static char copy[256];
    struct buf out = BUF(200);
    schema_encode_text(&out, text);
    strcpy(copy, buf_text(&out));
    buf_free(&out);
    return copy;
}

static void texts_are_escaped(void **state)
{
    (void)state;
    assert_string_equal(text_of(""), "\"\"");
    assert_string_equal(text_of("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
    assert_string_equal(text_of("\n\t\r\x01\x1f\x7f"), "\"\\n\\t\\r\\u0001\\u001f\x7f\"");
    assert_string_equal(text_of("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xb3\"");
}

static void bytes_that_are_no_utf8_become_the_replacement(void **state)
{
    (void)state;
    assert_string_equal(text_of("\xff"), "\"\\ufffd\"");
    assert_string_equal(text_of("a\xc3"), "\"a\\ufffd\"");                     /* cut off */
    assert_string_equal(text_of("\xc0\x80"), "\"\\ufffd\\ufffd\"");            /* NUL the long way */
    assert_string_equal(text_of("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\""); /* a surrogate */
    assert_string_equal(text_of("\xf4\x90\x80\x80x"),
                        "\"\\ufffd\\ufffd\\ufffd\\ufffdx\""); /* past the end of Unicode */
}

static void members_come_and_go_with_the_level(void **state)
{
    (void)state;
    struct sample sample = { .young = "y", .old = "o" };
    static const struct {
        unsigned level;
        bool young, old;
    } cases[] = { { 24, false, true },
                  { 43, false, true },
                  { 44, true, false },
                  { 56, true, false },
                  { SCHEMA_NEWEST, true, false } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = encoded(&sample, cases[i].level);
        assert_int_equal(strstr(text, "\"Young\"") != NULL, cases[i].young);
        assert_int_equal(strstr(text, "\"Old\"") != NULL, cases[i].old);
        free(text);
    }
}

static void lists_are_printed(void **state)
{
    (void)state;
    struct sample_leaf leaves[] = { { .name = "a" }, { .name = "b" } };
    autobuf out = BUF(1000);
    schema_encode_list(&out, sample_leaf_schema(), leaves, 2, SCHEMA_NEWEST);
    assert_string_equal(buf_text(&out), "[{\"Name\":\"a\"},{\"Name\":\"b\"}]");
    buf_clear(&out);
    schema_encode_list(&out, sample_leaf_schema(), NULL, 0, SCHEMA_NEWEST);
    assert_string_equal(buf_text(&out), "[]");
}

static void what_is_printed_reads_back(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autoarena *arena = arena_new();
    const char *text =
        "{\"Needed\":\"x\",\"Text\":\"\\\"\\\\\\n\",\"Count\":18446744073709551615,\"Share\":0.7,\"Texts\":[\"\"],"
        "\"Labels\":{\"\":\"\"},\"Many\":{\"m\":[{\"Name\":\"n\"}]},\"Ports\":{\"1\":{}},\"At\":\"1999-12-31T23:59:59."
        "000000001Z\"}";
    const struct sample *once = schema_decode(arena, sample_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &err);
    assert_non_null(once);
    char *first = encoded(once, 43);
    const struct sample *twice = schema_decode(arena, sample_schema(), first, strlen(first), SCHEMA_LIMITS, NULL, &err);
    assert_non_null(twice);
    char *second = encoded(twice, 43);
    assert_string_equal(first, second);
    assert_true(twice->count == UINT64_MAX);
    assert_true(twice->at == 946684799000000001);
    free(first);
    free(second);
}

static void a_full_buffer_shows(void **state)
{
    (void)state;
    struct sample sample = { 0 };
    autobuf out = BUF(10);
    schema_encode(&out, sample_schema(), &sample, SCHEMA_NEWEST);
    assert_true(out.full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_shows_as_the_flags_say),
        cmocka_unit_test(scalars_are_printed),
        cmocka_unit_test(numbers_keep_their_value_and_are_always_json),
        cmocka_unit_test(shapes_are_printed),
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(bytes_that_are_no_utf8_become_the_replacement),
        cmocka_unit_test(members_come_and_go_with_the_level),
        cmocka_unit_test(lists_are_printed),
        cmocka_unit_test(what_is_printed_reads_back),
        cmocka_unit_test(a_full_buffer_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
