#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/network/rules.h"

#define NETWORK                                                                                                        \
    "{\"name\":\"unit\",\"id\":\"00000000aaaa\",\"driver\":\"%s\",\"subnets\":[{\"subnet\":\"10.250.251.0/24\"}]}"

static const char *request(struct arena *arena, const char *more, const char *driver)
{
    const char *network = arena_printf(arena, NETWORK, driver);
    return arena_printf(arena, "{\"container_id\":\"1\",%s\"networks\":{},\"network_info\":{\"unit\":%s}}", more, network);
}

static void rules_that_nobody_made_are_missed(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_false(rules_suffice(arena, request(arena, "", "bridge")));
}

static void drivers_without_chains_are_left_to_netavark(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_false(rules_suffice(arena, request(arena, "", "macvlan")));
}

static void published_ports_need_rules_of_their_own(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const char *ports = "\"port_mappings\":[{\"host_ip\":\"\",\"container_port\":1,\"host_port\":1,\"range\":1,"
                        "\"protocol\":\"tcp\"}],";
    assert_false(rules_suffice(arena, arena_printf(arena, "{\"container_id\":\"1\",%s\"networks\":{}}", ports)));
    assert_true(rules_suffice(arena, "{\"container_id\":\"1\",\"networks\":{}}"));
}

static void a_broken_request_is_left_to_netavark(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_false(rules_suffice(arena, "{\"networks\":"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_that_nobody_made_are_missed),
        cmocka_unit_test(drivers_without_chains_are_left_to_netavark),
        cmocka_unit_test(published_ports_need_rules_of_their_own),
        cmocka_unit_test(a_broken_request_is_left_to_netavark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
