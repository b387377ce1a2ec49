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
#include "core/schema/json.h"

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

static const struct json *parsed(const char *text)
{
    autoerror *err = NULL;
    const struct json *json = json_parse(arena, text, strlen(text), SCHEMA_LIMITS, &err);
    if (!json)
        fail_msg("%s: %s", text, err->message);
    return json;
}

static void check_round_trip(const char *text, const char *expected)
{
    autobuf out = BUF(4096);
    json_print(&out, parsed(text));
    assert_string_equal(buf_text(&out), expected);
}

static void members_keep_their_order_and_kind(void **state)
{
    (void)state;
    const struct json *json = parsed("{\"z\":1,\"a\":[true,null,\"t\",{}],\"m\":-2.5}");
    assert_int_equal(json->kind, JSON_OBJECT_KIND);
    assert_string_equal(json->members[0].key, "z");
    assert_int_equal(json_get(json, "z")->integer, 1);
    const struct json *list = json_get(json, "a");
    assert_int_equal(list->count, 4);
    assert_null(list->members[0].key);
    assert_true(list->members[0].value.truth);
    assert_int_equal(list->members[1].value.kind, JSON_NULL_KIND);
    assert_string_equal(list->members[2].value.text, "t");
    assert_true(json_get(json, "m")->number == -2.5);
}

static void what_is_absent_is_null(void **state)
{
    (void)state;
    const struct json *json = parsed("{\"a\":1}");
    assert_null(json_get(json, "A"));
    assert_null(json_get(NULL, "a"));
    assert_null(json_get(parsed("[]"), "a"));
    assert_null(json_get_text(json, "a"));
    assert_null(json_get_text(json, "b"));
}

static void printing_gives_the_document_back(void **state)
{
    (void)state;
    static const char *const same[] = { "null",
                                        "true",
                                        "\"a\\\"b\"",
                                        "[]",
                                        "{}",
                                        "[1,[2,{\"a\":null}],\"x\"]",
                                        "{\"b\":0,\"a\":-7}",
                                        "0.5",
                                        "9223372036854775807",
                                        "-9223372036854775808" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        check_round_trip(same[i], same[i]);
    check_round_trip(" { \"a\" : [ 1.0 ] } ", "{\"a\":[1]}");
}

static void big_integers_stay_numbers(void **state)
{
    (void)state;
    assert_true(parsed("18446744073709551615")->number == 18446744073709551616.0);
}

static void text_with_a_nul_is_read_by_who_asks_for_bytes(void **state)
{
    (void)state;
    static const char text[] = "{\"a\":\"x\\u0000y\\u0000\"}";
    autoerror *err = NULL;
    autobuf out = BUF(64);
    const struct json *json = json_parse_bytes(arena, text, strlen(text), SCHEMA_LIMITS, &err);
    assert_non_null(json);
    assert_int_equal(json_get(json, "a")->text_len, 4);
    assert_memory_equal(json_get(json, "a")->text, "x\0y\0", 5);
    json_print(&out, json);
    assert_string_equal(buf_text(&out), text);
}

static void text_with_a_nul_is_refused(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const char *text = "{\"a\":[{\"b\":\"x\\u0000y\"}]}";
    assert_null(json_parse(arena, text, strlen(text), SCHEMA_LIMITS, &err));
    assert_int_equal(err->kind, ERROR_INVALID);
}

static void limits_hold(void **state)
{
    (void)state;
    struct schema_limits tight = { .max_bytes = 40, .max_depth = 2 };
    static const char *const bad[] = { "[[[]]]", "[0000000000000000000000000000000000000000]", "{\"a\":{\"b\":{}}}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        autoerror *err = NULL;
        assert_null(json_parse(arena, bad[i], strlen(bad[i]), tight, &err));
        assert_int_equal(err->kind, ERROR_TOO_LARGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_keep_their_order_and_kind),
        cmocka_unit_test(what_is_absent_is_null),
        cmocka_unit_test(printing_gives_the_document_back),
        cmocka_unit_test(big_integers_stay_numbers),
        cmocka_unit_test(text_with_a_nul_is_refused),
        cmocka_unit_test(text_with_a_nul_is_read_by_who_asks_for_bytes),
        cmocka_unit_test(limits_hold),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
