#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"
#include "test/unit/core/schema/sample.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* The members given, with the one that is needed. */
static const struct sample *decoded(const char *members)
{
    autoerror *err = NULL;
    const char *text = arena_printf(arena, "{\"Needed\":\"x\"%s%s}", *members ? "," : "", members);
    const struct sample *sample = schema_decode(arena, sample_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &err);
    if (!sample)
        fail_msg("%s: %s", text, err->message);
    return sample;
}

static const char *failure(const char *text, enum error_kind kind)
{
    struct error *err = NULL;
    if (schema_decode(arena, sample_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &err))
        fail_msg("%s was taken", text);
    assert_int_equal(err->kind, kind);
    const char *message = arena_strdup(arena, err->message);
    error_free(err);
    return message;
}

static const char *refusal(const char *members)
{
    return failure(arena_printf(arena, "{\"Needed\":\"x\",%s}", members), ERROR_INVALID);
}

static void scalars_are_read(void **state)
{
    (void)state;
    const struct sample *s =
        decoded("\"Text\":\"a\\u00e9\\n\",\"Flag\":true,\"Number\":-5,\"Count\":7,\"Share\":0.25,"
                "\"At\":\"2024-02-03T04:05:06.5+01:00\",\"Protocol\":\"udp\",\"Any\":{\"b\":[1,null]}");
    assert_string_equal(s->text, "a\xc3\xa9\n");
    assert_true(s->flag);
    assert_int_equal(s->number, -5);
    assert_int_equal(s->count, 7);
    assert_true(s->share == 0.25);
    assert_true(s->at == 1706929506500000000);
    assert_string_equal(s->protocol, "udp");
    assert_string_equal(s->any, "{\"b\":[1,null]}");
}

static void shapes_are_read(void **state)
{
    (void)state;
    const struct sample *s = decoded(
        "\"Limit\":3,\"Init\":false,\"Texts\":[\"a\",\"b\"],\"Numbers\":[1,2],\"Flags\":[true,false],\"Labels\":{\"k\":"
        "\"v\"},"
        "\"Sizes\":{\"a\":1},\"Marks\":{\"m\":true},\"Groups\":{\"g\":[\"x\",\"y\"],\"h\":null},\"Rows\":[[\"a\"],[]],"
        "\"Ports\":{\"80/tcp\":{},\"53/udp\":null},\"Leaf\":{\"Name\":\"l\"},\"Child\":{\"Size\":9},"
        "\"Leaves\":[{\"Name\":\"1\"},null,{\"Name\":\"3\"}],\"Named\":{\"n\":{\"Size\":1}},\"Many\":{\"m\":[{\"Size\":"
        "2}]}");
    assert_int_equal(*s->limit, 3);
    assert_non_null(s->init);
    assert_false(*s->init);
    assert_int_equal(s->texts.count, 2);
    assert_int_equal(s->numbers.items[1], 2);
    assert_false(s->flags.items[1]);
    assert_string_equal(str_map_get(&s->labels, "k"), "v");
    assert_int_equal(s->sizes.items[0].value, 1);
    assert_true(s->marks.items[0].value);
    assert_int_equal(s->groups.count, 2);
    assert_string_equal(s->groups.items[0].value.items[1], "y");
    assert_int_equal(s->groups.items[1].value.count, 0);
    assert_int_equal(s->rows.count, 2);
    assert_string_equal(s->rows.items[0].items[0], "a");
    assert_int_equal(s->ports.count, 2);
    assert_string_equal(s->ports.items[1], "53/udp");
    assert_string_equal(s->leaf.name, "l");
    assert_int_equal(s->child->size, 9);
    assert_int_equal(s->leaves.count, 3);
    assert_null(s->leaves.items[1].name);
    assert_string_equal(s->leaves.items[2].name, "3");
    assert_int_equal(s->named.items[0].value.size, 1);
    assert_int_equal(s->many.items[0].value.items[0].size, 2);
    assert_string_equal(s->in.needed, "x");
}

static void absent_and_null_are_the_same(void **state)
{
    (void)state;
    const struct sample *absent = decoded("");
    const struct sample *null =
        decoded("\"Text\":null,\"Flag\":null,\"Number\":null,\"Limit\":null,\"Texts\":null,\"Labels\":null,"
                "\"Leaf\":null,\"Child\":null,\"At\":null,\"Any\":null");
    assert_memory_equal(&absent->text, &null->text, sizeof *absent - offsetof(struct sample, text));
    assert_null(null->limit);
    assert_null(null->child);
}

static void keys_match_in_any_case_and_exactly_first(void **state)
{
    (void)state;
    const struct sample *s = decoded("\"TEXT\":\"t\",\"id\":\"lower\",\"Id\":\"upper\",\"before\":\"b\"");
    assert_string_equal(s->text, "t");
    assert_string_equal(s->id, "lower");
    assert_string_equal(s->other_id, "upper");
    assert_string_equal(s->in.before, "b");
}

static void a_key_that_comes_in_two_cases_counts_once(void **state)
{
    (void)state;
    const struct sample *s = decoded(
        "\"Labels\":{\"a\":\"1\",\"b\":\"2\"},\"labels\":{\"c\":\"3\"},\"Texts\":[\"x\",\"y\"],\"texts\":[\"z\"]");
    assert_int_equal(s->labels.count, 1);
    assert_string_equal(str_map_get(&s->labels, "c"), "3");
    assert_int_equal(s->texts.count, 1);
    assert_string_equal(s->texts.items[0], "z");
}

static void decoded_lists_can_be_added_to(void **state)
{
    (void)state;
    struct sample copy =
        *decoded("\"Texts\":[\"a\",\"b\",\"c\",\"d\",\"e\"],\"Labels\":{\"a\":\"1\",\"b\":\"2\",\"c\":\"3\"}");
    for (int i = 0; i < 20; i++) {
        str_list_add(arena, &copy.texts, "more");
        str_map_set(arena, &copy.labels, arena_printf(arena, "k%d", i), "v");
    }
    assert_string_equal(copy.texts.items[4], "e");
    assert_string_equal(str_map_get(&copy.labels, "c"), "3");
}

static void one_text_can_stand_for_a_list_of_one(void **state)
{
    (void)state;
    const struct sample *s = decoded("\"Texts\":\"alone\"");
    assert_int_equal(s->texts.count, 1);
    assert_string_equal(s->texts.items[0], "alone");
    refusal("\"Numbers\":1");
}

static void null_in_a_map_of_texts_is_empty_text(void **state)
{
    (void)state;
    assert_string_equal(str_map_get(&decoded("\"Labels\":{\"a\":null}")->labels, "a"), "");
}

static void wrong_values_name_path_value_and_expectation(void **state)
{
    (void)state;
    assert_string_equal(refusal("\"Text\":1"), "Text: got 1, expected a string");
    assert_string_equal(refusal("\"Number\":\"1\""), "Number: got \"1\", expected an integer");
    assert_string_equal(refusal("\"Number\":1.5"), "Number: got 1.5, expected an integer");
    assert_string_equal(refusal("\"Count\":-1"), "Count: got -1, expected a non-negative integer");
    assert_string_equal(refusal("\"Flag\":\"true\""), "Flag: got \"true\", expected true or false");
    assert_string_equal(refusal("\"At\":\"yesterday\""), "At: got \"yesterday\", expected an RFC 3339 time");
    assert_string_equal(refusal("\"Leaf\":[]"), "Leaf: got [], expected an object");
    assert_string_equal(refusal("\"Texts\":{}"), "Texts: got {}, expected a list");
    assert_string_equal(refusal("\"Texts\":[\"a\",2]"), "Texts[1]: got 2, expected a string");
    assert_string_equal(refusal("\"Many\":{\"m\":[{},{\"Size\":true}]}"),
                        "Many.m[1].Size: got true, expected an integer");
    assert_string_equal(refusal("\"Protocol\":\"icmp\""), "Protocol: got \"icmp\", expected one of tcp|udp");
}

static void a_list_of_allowed_words_is_not_an_allowed_word(void **state)
{
    (void)state;
    refusal("\"Protocol\":\"tcp|udp\"");
    refusal("\"Protocol\":\"tc\"");
    refusal("\"Protocol\":\"|\"");
    assert_string_equal(decoded("\"Protocol\":\"\"")->protocol, "");
}

static void a_needed_member_that_is_missing_is_named(void **state)
{
    (void)state;
    assert_string_equal(failure("{}", ERROR_INVALID), "Needed: missing, expected a string");
    assert_string_equal(failure("{\"needed\":null}", ERROR_INVALID), "Needed: missing, expected a string");
    autoerror *err = NULL;
    const char *text = "{\"mounts\":[{\"target\":\"/a\"},{}]}";
    assert_null(schema_decode(arena, container_spec_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &err));
    assert_string_equal(err->message, "mounts[1].target: missing, expected a string");
}

static void integers_reach_their_ends_and_no_further(void **state)
{
    (void)state;
    assert_true(decoded("\"Number\":9223372036854775807")->number == INT64_MAX);
    assert_true(decoded("\"Number\":-9223372036854775808")->number == INT64_MIN);
    refusal("\"Number\":9223372036854775808");
    refusal("\"Number\":-9223372036854775809000");
    refusal("\"Number\":1e400");
    assert_int_equal(decoded("\"Number\":3e3")->number, 3000);
    assert_int_equal(decoded("\"Number\":3.0")->number, 3);
}

static void unlimited_is_two_to_the_64_less_one(void **state)
{
    (void)state;
    const struct sample *s =
        decoded("\"Count\":18446744073709551615,\"Number\":9223372036854775807,\"Text\":\"99999999999999999999\"");
    assert_true(s->count == UINT64_MAX);
    assert_true(s->number == INT64_MAX); /* its neighbour stays exact */
    assert_string_equal(s->text, "99999999999999999999");
    assert_true(decoded("\"Count\":9223372036854775808")->count == (uint64_t)1 << 63);
    refusal("\"Count\":118446744073709551615");
    char digits[500] = "\"Count\":";
    memset(digits + 8, '9', 400);
    refusal(digits);
}

static void unknown_members_are_named_with_their_path(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct str_list unknown = { 0 };
    const char *text = "{\"Needed\":\"x\",\"Foo\":1,\"Leaf\":{\"Bar\":{}},\"Leaves\":[{\"Baz\":null}]}";
    assert_non_null(schema_decode(arena, sample_schema(), text, strlen(text), SCHEMA_LIMITS, &unknown, &err));
    assert_int_equal(unknown.count, 3);
    assert_string_equal(unknown.items[0], "Foo");
    assert_string_equal(unknown.items[1], "Leaf.Bar");
    assert_string_equal(unknown.items[2], "Leaves[0].Baz");
}

static void what_is_not_json_says_where(void **state)
{
    (void)state;
    assert_non_null(strstr(failure("{\"a\":\n}", ERROR_INVALID), "line 2"));
    failure("", ERROR_INVALID);
    failure("{\"Needed\":\"x\"} x", ERROR_INVALID);
    failure("{\"Needed\":\"\xff\"}", ERROR_INVALID);
    failure("{\"Needed\":\"\\ud800\"}", ERROR_INVALID);
    failure("{Needed:1}", ERROR_INVALID);
    assert_string_equal(failure("[]", ERROR_INVALID), "body: got [], expected an object");
    assert_string_equal(failure("7", ERROR_INVALID), "body: got 7, expected an object");
}

static void text_with_a_nul_is_refused(void **state)
{
    (void)state;
    assert_non_null(strstr(refusal("\"Text\":\"a\\u0000b\""), "expected text without NUL"));
}

static void deep_documents_are_too_large(void **state)
{
    (void)state;
    char text[1024] = "{\"Any\":";
    memset(text + 7, '[', 1000);
    failure(text, ERROR_TOO_LARGE);
}

static void brackets_in_texts_do_not_count_as_depth(void **state)
{
    (void)state;
    char text[1024] = "\"Text\":\"\\\\\\\"";
    size_t at = strlen(text);
    memset(text + at, '[', 500);
    strcpy(text + at + 500, "\"");
    assert_int_equal(strlen(decoded(text)->text), 502);
}

static void many_small_values_are_too_large(void **state)
{
    (void)state;
    size_t count = 2000000;
    char *text = malloc(3 * count + 64), *at = stpcpy(text, "{\"Needed\":\"x\",\"Leaves\":[{}");
    for (size_t i = 0; i < count; i++)
        at = stpcpy(at, ",{}");
    strcpy(at, "]}");
    failure(text, ERROR_TOO_LARGE);
    free(text);
}

static void long_documents_are_too_large(void **state)
{
    (void)state;
    struct error *err = NULL;
    assert_null(schema_decode(arena, sample_schema(), "{}   ", 5, (struct schema_limits){ 4, 9 }, NULL, &err));
    assert_int_equal(err->kind, ERROR_TOO_LARGE);
    error_free(err);
}

static void lists_of_objects_are_read(void **state)
{
    (void)state;
    autoerror *err = NULL;
    size_t count = 0;
    const char *text = "[{\"Name\":\"a\"},{\"Name\":\"b\",\"Size\":2}]";
    const struct sample_leaf *leaves =
        schema_decode_list(arena, sample_leaf_schema(), text, strlen(text), SCHEMA_LIMITS, &count, &err);
    assert_non_null(leaves);
    assert_int_equal(count, 2);
    assert_int_equal(leaves[1].size, 2);
    assert_non_null(schema_decode_list(arena, sample_leaf_schema(), "[]", 2, SCHEMA_LIMITS, &count, &err));
    assert_int_equal(count, 0);
    assert_null(schema_decode_list(arena, sample_leaf_schema(), "{}", 2, SCHEMA_LIMITS, &count, &err));
    assert_string_equal(err->message, "body: got {}, expected a list");
}

static void a_list_item_that_is_wrong_is_named(void **state)
{
    (void)state;
    autoerror *err = NULL;
    size_t count = 0;
    assert_null(schema_decode_list(arena, sample_leaf_schema(), "[{},1]", 6, SCHEMA_LIMITS, &count, &err));
    assert_string_equal(err->message, "[1]: got 1, expected an object");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_are_read),
        cmocka_unit_test(shapes_are_read),
        cmocka_unit_test(absent_and_null_are_the_same),
        cmocka_unit_test(keys_match_in_any_case_and_exactly_first),
        cmocka_unit_test(a_key_that_comes_in_two_cases_counts_once),
        cmocka_unit_test(decoded_lists_can_be_added_to),
        cmocka_unit_test(one_text_can_stand_for_a_list_of_one),
        cmocka_unit_test(null_in_a_map_of_texts_is_empty_text),
        cmocka_unit_test(wrong_values_name_path_value_and_expectation),
        cmocka_unit_test(a_list_of_allowed_words_is_not_an_allowed_word),
        cmocka_unit_test(a_needed_member_that_is_missing_is_named),
        cmocka_unit_test(integers_reach_their_ends_and_no_further),
        cmocka_unit_test(unlimited_is_two_to_the_64_less_one),
        cmocka_unit_test(unknown_members_are_named_with_their_path),
        cmocka_unit_test(what_is_not_json_says_where),
        cmocka_unit_test(text_with_a_nul_is_refused),
        cmocka_unit_test(deep_documents_are_too_large),
        cmocka_unit_test(brackets_in_texts_do_not_count_as_depth),
        cmocka_unit_test(many_small_values_are_too_large),
        cmocka_unit_test(long_documents_are_too_large),
        cmocka_unit_test(lists_of_objects_are_read),
        cmocka_unit_test(a_list_item_that_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
