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
#include "core/base/str.h"

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

static void texts_are_compared(void **state)
{
    (void)state;
    assert_true(str_eq(NULL, NULL));
    assert_false(str_eq(NULL, ""));
    assert_true(str_eq("a", "a"));
    assert_true(str_starts("abc", "ab"));
    assert_false(str_starts("a", "ab"));
    assert_true(str_ends("abc", "bc"));
    assert_true(str_ends("abc", ""));
    assert_false(str_ends("c", "bc"));
    assert_true(str_is_hex("09af"));
    assert_false(str_is_hex(""));
    assert_false(str_is_hex("0A"));
    assert_string_equal(str_or("", "x"), "x");
    assert_string_equal(str_or(NULL, "x"), "x");
}

static void integers_are_digits_and_nothing_else(void **state)
{
    (void)state;
    assert_true(str_to_int("0") == 0);
    assert_true(str_to_int("999999999999999999") == 999999999999999999);
    static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "1a", "1000000000000000000" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_true(str_to_int(bad[i]) == -1);
}

static void splitting_and_joining_are_inverse(void **state)
{
    (void)state;
    struct str_list list = str_split(arena, "a,,b", ',');
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[1], "");
    assert_string_equal(str_join(arena, &list, ","), "a,,b");
    assert_int_equal(str_split(arena, "", ',').count, 0);
    assert_string_equal(str_join(arena, &(struct str_list){ 0 }, ","), "");
    assert_true(str_list_has(&list, "b"));
    assert_false(str_list_has(&list, "c"));
}

static void lists_grow_without_losing_what_they_hold(void **state)
{
    (void)state;
    struct str_list list = { 0 };
    for (int i = 0; i < 100; i++)
        str_list_add(arena, &list, arena_printf(arena, "%d", i));
    assert_int_equal(list.count, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(str_to_int(list.items[i]), i);
    struct str_list copy = str_list_copy(arena, &list);
    str_list_add(arena, &copy, "more");
    assert_int_equal(list.count, 100);
    assert_ptr_not_equal(copy.items[0], list.items[0]);
    assert_string_equal(copy.items[99], "99");
}

static void maps_keep_one_value_for_each_key(void **state)
{
    (void)state;
    struct str_map map = { 0 };
    for (int i = 0; i < 20; i++)
        str_map_set(arena, &map, arena_printf(arena, "k%d", i), "v");
    str_map_set(arena, &map, "k7", "w");
    assert_int_equal(map.count, 20);
    assert_string_equal(str_map_get(&map, "k7"), "w");
    assert_string_equal(str_map_get(&map, "k19"), "v");
    assert_null(str_map_get(&map, "K7"));
}

static void bytes_as_hex(void **state)
{
    (void)state;
    char text[7];
    str_to_hex("\x00\xab\xff", 3, text);
    assert_string_equal(text, "00abff");
}

static void base64_is_written_with_padding(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }
    };
    for (size_t i = 0; i < 5; i++) {
        size_t len;
        assert_string_equal(str_base64(arena, cases[i][0], strlen(cases[i][0])), cases[i][1]);
        assert_string_equal(str_base64_decode(arena, cases[i][1], &len), cases[i][0]);
        assert_int_equal(len, strlen(cases[i][0]));
    }
}

static void base64_is_read_in_both_alphabets_padded_or_not(void **state)
{
    (void)state;
    size_t len;
    assert_memory_equal(str_base64_decode(arena, "-_-_", &len), "\xfb\xff\xbf", 3);
    assert_memory_equal(str_base64_decode(arena, "+/+/", &len), "\xfb\xff\xbf", 3);
    assert_string_equal(str_base64_decode(arena, "Zg", &len), "f");
    static const char *const bad[] = { "Z", "Zm9v!", "Zm 9v", "Zg==Zg==", "Z===" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_null(str_base64_decode(arena, bad[i], &len));
}

static void names_follow_one_rule(void **state)
{
    (void)state;
    static const char *const good[] = { "a", "0", "A.b_c-d", "x...y" };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        autoerror *err = NULL;
        assert_int_equal(str_check_name(good[i], "name", &err), 0);
    }
    char long_name[257];
    memset(long_name, 'a', 256);
    long_name[256] = '\0';
    const char *const bad[] = { "", ".", "..", "-a", "_a", "a/b", "a b", "a\n", "\xc3\xa9", long_name };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        autoerror *err = NULL;
        assert_int_equal(str_check_name(bad[i], "volume name", &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, "volume name"));
    }
    autoerror *err = NULL;
    assert_int_equal(str_check_name(long_name + 1, "name", &err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_compared),
        cmocka_unit_test(integers_are_digits_and_nothing_else),
        cmocka_unit_test(splitting_and_joining_are_inverse),
        cmocka_unit_test(lists_grow_without_losing_what_they_hold),
        cmocka_unit_test(maps_keep_one_value_for_each_key),
        cmocka_unit_test(bytes_as_hex),
        cmocka_unit_test(base64_is_written_with_padding),
        cmocka_unit_test(base64_is_read_in_both_alphabets_padded_or_not),
        cmocka_unit_test(names_follow_one_rule),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
