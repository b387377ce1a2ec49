#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/docker/registry.h"

static void registries_of_this_machine_are_loopback(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool loopback;
    } cases[] = {
        { "localhost", true },       { "localhost:5000", true },       { "127.0.0.1", true },
        { "127.9.8.7:443", true },   { "[::1]", true },                { "[::1]:5000", true },
        { "128.0.0.1", false },      { "localhost.example", false },   { "127.0.0.1.example", false },
        { "docker.io", false },      { "[::2]:5000", false },          { "", false },
        { "127.0.0.1234:1", false }, { "notlocalhost:5000", false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (docker_is_loopback(cases[i].host) != cases[i].loopback)
            fail_msg("%s: expected %d", cases[i].host, cases[i].loopback);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(registries_of_this_machine_are_loopback) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
