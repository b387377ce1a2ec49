/* netavark's input, taken apart and put together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/request.h"

static const char given[] = "{\"container_id\":\"c0\",\"container_name\":\"n\",\"port_mappings\":[{\"host_ip\":\"\",\"container_port\":80,"
                            "\"host_port\":8080,\"range\":1,\"protocol\":\"tcp\"}],\"networks\":{\"a\":{\"static_ips\":[\"10.0.0.2\"],"
                            "\"interface_name\":\"eth0\"},\"b\":{\"static_ips\":[\"10.0.1.2\"],\"interface_name\":\"eth1\"}},"
                            "\"network_info\":{\"a\":{\"name\":\"a\"},\"b\":{\"name\":\"b\"}}}";

static struct netavark_request *read_request(struct arena *arena)
{
    autoerror *err = NULL;
    struct netavark_request *request = schema_decode(arena, netavark_request_schema(), given, strlen(given), SCHEMA_LIMITS, NULL, &err);
    assert_non_null(request);
    return request;
}

static void a_network_is_taken_out_with_its_document_and_keeps_the_ports(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const struct netavark_request *request = read_request(arena);
    struct netavark_request only = request_only(arena, request, "b"), rest = request_without(arena, request, "b");
    assert_int_equal(only.networks.count, 1);
    assert_string_equal(only.networks.items[0].key, "b");
    assert_string_equal(only.networks.items[0].value.interface_name, "eth1");
    assert_int_equal(only.network_info.count, 1);
    assert_non_null(strstr(str_map_get(&only.network_info, "b"), "\"b\""));
    assert_int_equal(only.ports.count, 1);
    assert_int_equal(rest.networks.count, 1);
    assert_string_equal(rest.networks.items[0].key, "a");
    assert_null(str_map_get(&rest.network_info, "b"));
    assert_int_equal(request->networks.count, 2); /* as it was */
}

static void what_is_not_there_leaves_nothing_or_all(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const struct netavark_request *request = read_request(arena);
    assert_int_equal(request_only(arena, request, "c").networks.count, 0);
    assert_int_equal(request_without(arena, request, "c").networks.count, 2);
}

static void a_network_more_is_in_the_text(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct netavark_request *request = read_request(arena);
    const struct netavark_attachment attachment = { .interface_name = "eth2" };
    request_add(arena, request, "c", &attachment, "{\"name\":\"c\"}");
    const char *text = request_text(arena, request, &err);
    assert_non_null(strstr(text, "\"c\":{\"interface_name\":\"eth2\"}"));
    assert_non_null(strstr(text, "\"c\":{\"name\":\"c\"}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_network_is_taken_out_with_its_document_and_keeps_the_ports),
        cmocka_unit_test(what_is_not_there_leaves_nothing_or_all),
        cmocka_unit_test(a_network_more_is_in_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
