#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/taken.h"

static void take(struct arena *arena, struct taken *taken, const char *text)
{
    struct cidr cidr;
    assert_int_equal(cidr_parse(text, &cidr, NULL), 0);
    taken_add(arena, taken, &cidr, text);
}

static void the_first_free_subnet_is_chosen(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct taken taken = { 0 };
    assert_string_equal(taken_free_subnet(arena, &taken, AF_INET, &err), "10.81.0.0/24");
    take(arena, &taken, "10.81.0.128/25");
    assert_string_equal(taken_free_subnet(arena, &taken, AF_INET, &err), "10.81.1.0/24");
    take(arena, &taken, "10.80.0.0/15");
    assert_string_equal(taken_free_subnet(arena, &taken, AF_INET, &err), "10.82.0.0/24");
}

static void when_all_are_taken_the_error_says_what_to_do(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct taken taken = { 0 };
    take(arena, &taken, "10.80.0.0/13");
    assert_string_equal(taken_free_subnet(arena, &taken, AF_INET, &err), "10.64.0.0/24");
    take(arena, &taken, "10.0.0.0/8");
    assert_null(taken_free_subnet(arena, &taken, AF_INET, &err));
    assert_int_equal(err->kind, ERROR_UNAVAILABLE);
    assert_string_equal(err->message, "subnets: no IPv4 subnet is free: give one");
}

static void an_ipv6_subnet_is_one_of_the_private_ones(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct taken taken = { 0 };
    struct cidr cidr, private;
    assert_int_equal(cidr_parse("fd00::/8", &private, NULL), 0);
    for (int i = 0; i < 100; i++) {
        bool exact = false;
        assert_int_equal(cidr_parse(taken_free_subnet(arena, &taken, AF_INET6, &err), &cidr, &exact), 0);
        assert_true(exact && cidr.prefix == 64 && cidr_overlaps(&private, &cidr));
        assert_null(taken_by(&taken, &cidr));
        taken_add(arena, &taken, &cidr, "before");
    }
}

static void who_has_a_subnet_is_told(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    struct taken taken = { 0 };
    struct cidr cidr;
    take(arena, &taken, "10.1.0.0/16");
    take(arena, &taken, "10.2.0.0/16");
    take(arena, &taken, "10.3.0.0/16");
    assert_int_equal(cidr_parse("10.2.9.0/24", &cidr, NULL), 0);
    assert_string_equal(taken_by(&taken, &cidr), "10.2.0.0/16");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_free_subnet_is_chosen),
        cmocka_unit_test(when_all_are_taken_the_error_says_what_to_do),
        cmocka_unit_test(an_ipv6_subnet_is_one_of_the_private_ones),
        cmocka_unit_test(who_has_a_subnet_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
