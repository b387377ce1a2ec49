#include "core/base/certificate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/arena.h"

#define DIGITS "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void a_name_has_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *given, *name;
    } cases[] = {
        { "CN=Alice A", "CN=Alice A" },
        { "cn=alice", "CN=alice" },
        { "O=a=b", "O=a=b" },
        { "ou=Ops", "OU=Ops" },
        { "dns:Build.Example", "DNS:build.example" },
        { "Email:Bob@Example.org", "EMAIL:Bob@Example.org" },
        { "uri:spiffe://a/B", "URI:spiffe://a/B" },
        { "sha256:01:23:45:67:89:AB:CD:EF:0123456789abcdef0123456789abcdef0123456789abcdef", "SHA256:" DIGITS },
    };
    autoarena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(certificate_name(arena, cases[i].given), cases[i].name);
}

static void what_has_no_kind_or_no_value_is_no_name(void **state)
{
    (void)state;
    static const char *const wrong[] = { "",        "alice",     "CN=",          "CN:alice", "DNS=x", "DNS:", "C=DE", " CN=x",
                                         "SHA256:", "SHA256:ab", "SHA256:g" DIGITS, "SHA256:" DIGITS "0" };
    autoarena *arena = arena_new();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_null(certificate_name(arena, wrong[i]));
}

static void one_name_in_common_is_enough(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    struct certificate certificate = { .names = { 0 } };
    struct str_list names = { 0 };
    str_list_add(arena, &certificate.names, "CN=alice");
    str_list_add(arena, &certificate.names, "DNS:a.example");
    assert_false(certificate_fits(&certificate, &names));
    str_list_add(arena, &names, "CN=alic");
    str_list_add(arena, &names, "CN=Alice");
    str_list_add(arena, &names, "O=alice");
    str_list_add(arena, &names, "DNS:b.a.example");
    assert_false(certificate_fits(&certificate, &names));
    str_list_add(arena, &names, "DNS:a.example");
    assert_true(certificate_fits(&certificate, &names));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_has_one_spelling),
        cmocka_unit_test(what_has_no_kind_or_no_value_is_no_name),
        cmocka_unit_test(one_name_in_common_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
