#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/registry/home.h"

#define DIR ".config/containers/certs.d/"

static void authorities_and_a_client_pair_are_found_by_host(void **state)
{
    struct home *home = *state;
    struct registry_certs certs;
    home_write(home, DIR "r.example:5000/b.crt", "x");
    home_write(home, DIR "r.example:5000/a.crt", "x");
    home_write(home, DIR "r.example:5000/client.cert", "x");
    home_write(home, DIR "r.example:5000/client.key", "x");
    home_write(home, DIR "r.example:5000/README", "x");
    OK(registry_find_certs(home->arena, "r.example:5000", &certs, &home->err));
    assert_int_equal(certs.authorities.count, 2);
    assert_string_equal(certs.authorities.items[0], home_path(home, DIR "r.example:5000/a.crt"));
    assert_string_equal(certs.client_cert, home_path(home, DIR "r.example:5000/client.cert"));
    assert_string_equal(certs.client_key, home_path(home, DIR "r.example:5000/client.key"));
}

static void a_host_without_a_folder_has_none(void **state)
{
    struct home *home = *state;
    struct registry_certs certs;
    home_write(home, DIR "r.example:5000/a.crt", "x");
    OK(registry_find_certs(home->arena, "r.example", &certs, &home->err));
    assert_int_equal(certs.authorities.count, 0);
    assert_null(certs.client_cert);
}

static void half_a_pair_is_named(void **state)
{
    struct home *home = *state;
    struct registry_certs certs;
    home_write(home, DIR "a.example/client.cert", "x");
    home_write(home, DIR "b.example/client.key", "x");
    FAILS(registry_find_certs(home->arena, "a.example", &certs, &home->err), ERROR_INVALID, "client.key is missing");
    FAILS(registry_find_certs(home->arena, "b.example", &certs, &home->err), ERROR_INVALID, "client.cert is missing");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(authorities_and_a_client_pair_are_found_by_host),
        AT_HOME(a_host_without_a_folder_has_none),
        AT_HOME(half_a_pair_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
