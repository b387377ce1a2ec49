#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/network/address.h"

static struct cidr parsed(const char *text)
{
    struct cidr cidr = { 0 };
    assert_int_equal(cidr_parse(text, &cidr, NULL), 0);
    return cidr;
}

static void a_subnet_is_printed_without_bits_behind_its_prefix(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "10.1.2.3/24", "10.1.2.0/24" }, { "10.1.2.3/32", "10.1.2.3/32" },   { "255.255.255.255/1", "128.0.0.0/1" },
        { "fd00::1/64", "fd00::/64" },    { "fd00::1/128", "fd00::1/128" },
    };
    autoarena *arena = arena_new();
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct cidr cidr = parsed(pairs[i][0]);
        assert_string_equal(cidr_print(arena, &cidr), pairs[i][1]);
    }
}

static void whether_it_had_such_bits_is_told(void **state)
{
    (void)state;
    struct cidr cidr;
    bool exact = false;
    assert_int_equal(cidr_parse("10.1.2.0/24", &cidr, &exact), 0);
    assert_true(exact);
    assert_int_equal(cidr_parse("10.1.2.4/24", &cidr, &exact), 0);
    assert_false(exact);
}

static void what_is_no_subnet_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/0", "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/8x", "10.0.0/8",
        "010.0.0.0/8x", "fd00::/129", "fd00::1%eth0/64", "/24", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb/64",
    };
    struct cidr cidr;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (cidr_parse(texts[i], &cidr, NULL) == 0)
            fail_msg("%s was taken", texts[i]);
}

static void subnets_overlap_when_one_is_in_the_other(void **state)
{
    (void)state;
    struct cidr wide = parsed("10.0.0.0/8"), narrow = parsed("10.9.8.0/24"), other = parsed("11.0.0.0/8"), six = parsed("fd00::/8");
    assert_true(cidr_overlaps(&wide, &narrow));
    assert_true(cidr_overlaps(&narrow, &wide));
    assert_true(cidr_overlaps(&narrow, &narrow));
    assert_false(cidr_overlaps(&wide, &other));
    assert_false(cidr_overlaps(&wide, &six));
}

static void an_address_of_the_other_family_is_none(void **state)
{
    (void)state;
    address value;
    assert_int_equal(address_parse(AF_INET, "fd00::1", &value), -1);
    assert_int_equal(address_parse(AF_INET6, "10.0.0.1", &value), -1);
    assert_int_equal(address_parse(AF_INET, "10.0.0.1", &value), 0);
    assert_true(value == (10u << 24 | 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_subnet_is_printed_without_bits_behind_its_prefix),
        cmocka_unit_test(whether_it_had_such_bits_is_told),
        cmocka_unit_test(what_is_no_subnet_is_refused),
        cmocka_unit_test(subnets_overlap_when_one_is_in_the_other),
        cmocka_unit_test(an_address_of_the_other_family_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
