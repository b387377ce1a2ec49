#include "core/base/tcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void an_address_has_one_spelling(void **state)
{
    (void)state;
    static const struct {
        const char *given, *text;
    } cases[] = {
        { "tcp://127.0.0.1:2376", "tcp://127.0.0.1:2376" },
        { "tcp://0.0.0.0:65535", "tcp://0.0.0.0:65535" },
        { "tcp://[::]:1", "tcp://[::]:1" },
        { "tcp://[0:0::0:1]:02376", "tcp://[::1]:2376" },
        { "tcp://[2001:DB8::1]:80", "tcp://[2001:db8::1]:80" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct sockaddr_storage address = { 0 };
        socklen_t len;
        char text[TCP_TEXT_SIZE];
        assert_true(tcp_parse(cases[i].given, &address, &len));
        assert_string_equal(tcp_text(&address, text), cases[i].text);
    }
}

static void what_is_no_address_in_digits_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "tcp://", "tcp://:2376", "tcp://localhost:2376", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://127.0.0.1:0",
                                         "tcp://127.0.0.1:65536", "tcp://127.0.0.1:2376/", "tcp://::1:2376", "tcp://[127.0.0.1]:1", "tcp://[]:1",
                                         "tcp://[::1:2376", "127.0.0.1:2376", "unix:///a:1", "tcp://127.1:80", "tcp:1" };
    struct sockaddr_storage address;
    socklen_t len;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (tcp_parse(wrong[i], &address, &len))
            fail_msg("\"%s\" was taken", wrong[i]);
}

static void another_family_has_no_text(void **state)
{
    (void)state;
    const struct sockaddr_storage address = { .ss_family = AF_UNIX };
    char text[TCP_TEXT_SIZE];
    assert_string_equal(tcp_text(&address, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_has_one_spelling),
        cmocka_unit_test(what_is_no_address_in_digits_is_refused),
        cmocka_unit_test(another_family_has_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
