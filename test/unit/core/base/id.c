#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/id.h"
#include "core/base/str.h"

static void ids_are_64_hex_digits_and_differ(void **state)
{
    (void)state;
    char a[ID_HEX_SIZE], b[ID_HEX_SIZE];
    id_random(a);
    id_random(b);
    assert_int_equal(strlen(a), 64);
    assert_true(str_is_hex(a));
    assert_string_not_equal(a, b);
}

static void short_ids_are_never_numbers(void **state)
{
    (void)state;
    for (int i = 0; i < 2000; i++) {
        char id[ID_HEX_SIZE];
        id_random(id);
        assert_true(strspn(id, "0123456789") < 12);
    }
}

static void short_names_are_of_the_length_asked(void **state)
{
    (void)state;
    char text[9];
    id_random_short(text, 8);
    assert_int_equal(strlen(text), 8);
    assert_int_equal(strspn(text, "abcdefghijklmnopqrstuvwxyz234567"), 8);
}

static void sums_are_sha256_whatever_the_pieces(void **state)
{
    (void)state;
    char whole[ID_HEX_SIZE], pieces[ID_HEX_SIZE], nothing[ID_HEX_SIZE];
    sha256_hex("abc", 3, whole);
    assert_string_equal(whole, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    struct sha256 *sum = sha256_start();
    sha256_add(sum, "a", 1);
    sha256_add(sum, "", 0);
    sha256_add(sum, "bc", 2);
    sha256_finish(sum, pieces);
    assert_string_equal(whole, pieces);
    sha256_hex("", 0, nothing);
    assert_string_equal(nothing, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_sum_can_be_dropped(void **state)
{
    (void)state;
    sha256_finish(sha256_start(), NULL);
    sha256_finish(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_64_hex_digits_and_differ),
        cmocka_unit_test(short_ids_are_never_numbers),
        cmocka_unit_test(short_names_are_of_the_length_asked),
        cmocka_unit_test(sums_are_sha256_whatever_the_pieces),
        cmocka_unit_test(a_sum_can_be_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
