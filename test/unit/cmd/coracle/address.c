/* cmd/coracle/address.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/coracle/address.h"
#include "core/base/arena.h"
#include "core/base/error.h"

static struct arena *arena;

static struct address parsed(const char *url)
{
    autoerror *err = NULL;
    struct address address;
    if (address_parse(arena, url, &address, &err) < 0)
        fail_msg("%s", err->message);
    return address;
}

static void a_socket_is_a_path(void **state)
{
    (void)state;
    struct address address = parsed("unix:///run/a.sock");
    assert_int_equal(address.kind, ADDRESS_UNIX);
    assert_string_equal(address.path, "/run/a.sock");
}

static void tcp_is_host_and_port(void **state)
{
    (void)state;
    struct address address = parsed("tcp://example.org:2375/");
    assert_int_equal(address.kind, ADDRESS_TCP);
    assert_string_equal(address.host, "example.org");
    assert_string_equal(address.port, "2375");
    assert_string_equal(address_authority(arena, &address), "example.org:2375");
    address = parsed("tcp://[::1]:2375");
    assert_string_equal(address.host, "::1");
    assert_string_equal(address_authority(arena, &address), "[::1]:2375");
}

static const char *ssh_command(const char *url)
{
    struct address address = parsed(url);
    assert_int_equal(address.kind, ADDRESS_SSH);
    struct str_list words = address_ssh_command(arena, &address);
    assert_null(words.items[words.count - 1]);
    words.count--;
    return str_join(arena, &words, " ");
}

static void ssh_may_have_user_port_and_path(void **state)
{
    (void)state;
    assert_string_equal(ssh_command("ssh://root@host:2222/run/a.sock"),
                        "ssh -T -p 2222 -- root@host coracled dial-stdio --url 'unix:///run/a.sock'");
    assert_string_equal(ssh_command("ssh://host"),
                        "ssh -T -- host coracled dial-stdio --url 'unix:///run/coracle/coracle.sock'");
    assert_string_equal(ssh_command("ssh://me@[fe80::1]/s"),
                        "ssh -T -- me@fe80::1 coracled dial-stdio --url 'unix:///s'");
}

static void the_far_sides_shell_sees_one_word(void **state)
{
    (void)state;
    assert_string_equal(ssh_command("ssh://host/a b;'$(c)"),
                        "ssh -T -- host coracled dial-stdio --url 'unix:///a b;'\\''$(c)'");
}

static void what_is_no_address_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "/run/a.sock",
        "http://host:80",
        "unix://",
        "unix://run/a.sock",
        "tcp://host",
        "tcp://:2375",
        "tcp://host:0",
        "tcp://host:port",
        "tcp://host:65536",
        "tcp://[::1",
        "tcp://host:1/v1",
        "ssh://",
        "ssh:///path",
        "ssh://-oX=y",
        "ssh://@host",
        "ssh://u@-v/path",
        "ssh://-l@host/p",
        "ssh://host:x/p",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        autoerror *err = NULL;
        struct address address;
        if (address_parse(arena, wrong[i], &address, &err) == 0)
            fail_msg("\"%s\" is taken", wrong[i]);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, wrong[i]));
        assert_non_null(strstr(err->message, "expected"));
    }
}

static void a_path_too_long_for_a_socket_is_refused(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct address address;
    const char *url = arena_printf(arena, "unix:///%0120d", 0);
    assert_int_equal(address_parse(arena, url, &address, &err), -1);
    assert_non_null(strstr(err->message, "at most 107 bytes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_a_path),
        cmocka_unit_test(tcp_is_host_and_port),
        cmocka_unit_test(ssh_may_have_user_port_and_path),
        cmocka_unit_test(the_far_sides_shell_sees_one_word),
        cmocka_unit_test(what_is_no_address_is_refused),
        cmocka_unit_test(a_path_too_long_for_a_socket_is_refused),
    };
    arena = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
