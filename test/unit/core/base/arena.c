#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    char *before = NULL;
    for (size_t size = 1; size < 3000; size += 7) {
        char *at = arena_zalloc(arena, size);
        assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(at[i], 0);
        memset(at, 0xff, size);
        assert_ptr_not_equal(at, before);
        before = at;
    }
}

static void one_allocation_may_be_larger_than_a_block(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    char *big = arena_zalloc(arena, 5 << 20);
    big[(5 << 20) - 1] = 1;
    strcpy(arena_zalloc(arena, 4), "abc");
    assert_true(arena_used(arena) >= (5 << 20) + 4);
}

static void reset_forgets_and_zeroes_again(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    memset(arena_zalloc(arena, 100), 0xff, 100);
    memset(arena_zalloc(arena, 100000), 0xff, 100000);
    arena_reset(arena);
    assert_int_equal(arena_used(arena), 0);
    const char *again = arena_zalloc(arena, 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(again[i], 0);
}

static void texts_are_copied(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    char source[] = "hello";
    char *copy = arena_strdup(arena, source), *part = arena_strndup(arena, source, 2);
    source[0] = 'J';
    assert_string_equal(copy, "hello");
    assert_string_equal(part, "he");
    assert_null(arena_strdup(arena, NULL));
}

static void printing_has_room_for_any_length(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    for (int width = 0; width < 400; width++) {
        const char *text = arena_printf(arena, "%*d|", width, 7);
        assert_int_equal(strlen(text), (size_t)(width ? width : 1) + 1);
        assert_int_equal(text[strlen(text) - 1], '|');
    }
}

static void nothing_to_free_is_fine(void **state)
{
    (void)state;
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(one_allocation_may_be_larger_than_a_block),
        cmocka_unit_test(reset_forgets_and_zeroes_again),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(printing_has_room_for_any_length),
        cmocka_unit_test(nothing_to_free_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
