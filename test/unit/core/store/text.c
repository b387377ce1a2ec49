#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/mem.h"
#include "core/store/text.h"

static void lists_are_cut_into_items(void **state)
{
    (void)state;
    static const char text[] = " [ {\"a\":\"]},\\\"\"} ,[1,[2]],\"x\",null, 5 ] ";
    static const char *const items[] = { "{\"a\":\"]},\\\"\"}", "[1,[2]]", "\"x\"", "null", "5" };
    long count;
    autofree struct text_span *spans = text_items(text, strlen(text), &count);
    assert_int_equal(count, 5);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(spans[i].len, strlen(items[i]));
        assert_memory_equal(text + spans[i].at, items[i], spans[i].len);
    }
    autofree struct text_span *none = text_items("[]", 2, &count);
    assert_non_null(none);
    assert_int_equal(count, 0);
}

static void what_is_no_list_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = { "",     "{",     "{}",  "[",   "[1",   "[1,",   "[,]",
                                         "[1]x", "[\"a]", "[{]", "[{}", "null", "[1 2]", "[\"\\" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        long count = 0;
        struct text_span *spans = text_items(texts[i], strlen(texts[i]), &count);
        if (spans)
            fail_msg("taken: %s", texts[i]);
        assert_int_equal(count, -1);
    }
}

static void becomes(const char *object, const char *key, const char *value, const char *expected)
{
    autobuf out = BUF(4096);
    assert_int_equal(text_set_member(&out, object, strlen(object), key, value), 0);
    assert_string_equal(buf_text(&out), expected);
}

static void a_member_is_replaced_where_it_stands(void **state)
{
    (void)state;
    becomes("{\"a\":1,\"b\":{\"a\":2},\"c\":\"a\"}", "b", "[]", "{\"a\":1,\"b\":[],\"c\":\"a\"}");
    becomes("{ \"a\" : 1 , \"b\" : 2 }", "a", "true", "{ \"a\" : true , \"b\" : 2 }");
}

static void a_new_member_goes_to_the_end(void **state)
{
    (void)state;
    becomes("{}", "a", "1", "{\"a\":1}");
    becomes("{\"x\":{\"a\":2}}", "a", "1", "{\"x\":{\"a\":2},\"a\":1}");
}

static void a_member_is_removed_with_its_comma(void **state)
{
    (void)state;
    becomes("{\"a\":1,\"b\":2,\"c\":3}", "a", NULL, "{\"b\":2,\"c\":3}");
    becomes("{\"a\":1,\"b\":2,\"c\":3}", "b", NULL, "{\"a\":1,\"c\":3}");
    becomes("{\"a\":1,\"b\":2,\"c\":3}", "c", NULL, "{\"a\":1,\"b\":2}");
    becomes("{\"a\":1}", "a", NULL, "{}");
    becomes("{\"a\":1}", "b", NULL, "{\"a\":1}");
}

static void what_is_no_object_is_told(void **state)
{
    (void)state;
    static const char *const texts[] = { "", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{a:1}", "{\"a\":1,}" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        autobuf out = BUF(4096);
        if (text_set_member(&out, texts[i], strlen(texts[i]), "k", "1") == 0)
            fail_msg("taken: %s", texts[i]);
    }
}

static void a_member_is_found_on_the_first_level_only(void **state)
{
    (void)state;
    static const char object[] = "{\"x\":{\"k\":1},\"k\":[1,2]}";
    autofree char *value = text_member(object, strlen(object), "k");
    assert_string_equal(value, "[1,2]");
    assert_null(text_member(object, strlen(object), "none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_cut_into_items),
        cmocka_unit_test(what_is_no_list_is_told),
        cmocka_unit_test(a_member_is_replaced_where_it_stands),
        cmocka_unit_test(a_new_member_goes_to_the_end),
        cmocka_unit_test(a_member_is_removed_with_its_comma),
        cmocka_unit_test(what_is_no_object_is_told),
        cmocka_unit_test(a_member_is_found_on_the_first_level_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
