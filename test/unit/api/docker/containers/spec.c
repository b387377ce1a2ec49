/* From the request as clients send it to what the engine is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/docker/containers/spec.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

static struct arena *arena;
static struct str_list warnings;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    warnings = (struct str_list){ 0 };
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static int translate(const char *json, struct container_spec *ret_spec, struct error **err)
{
    const struct docker_create *body =
        schema_decode(arena, docker_create_schema(), json, strlen(json), SCHEMA_LIMITS, NULL, err);
    assert_non_null(body);
    return docker_translate_spec(arena, body, "name", ret_spec, &warnings, err);
}

static struct container_spec spec_of(const char *json)
{
    struct container_spec spec;
    autoerror *err = NULL;
    if (translate(json, &spec, &err) < 0)
        fail_msg("%s: %s", json, err->message);
    return spec;
}

/* Refused as the client's mistake, in words that have @part. */
static void refuses(const char *json, const char *part)
{
    struct container_spec spec;
    autoerror *err = NULL;
    if (translate(json, &spec, &err) == 0)
        fail_msg("accepted: %s", json);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, part))
        fail_msg("\"%s\" does not name %s", err->message, part);
}

static void plain_request_has_dockers_defaults(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"busybox\"}");
    assert_string_equal(spec.image, "busybox");
    assert_string_equal(spec.network_mode, "bridge");
    assert_int_equal(spec.networks.count, 1);
    assert_string_equal(spec.networks.items[0].name, "bridge");
    assert_string_equal(spec.restart_policy, "no");
    assert_string_equal(spec.cap_defaults, "docker");
    assert_int_equal(*spec.resources.pids_limit, 0);
    assert_false(spec.entrypoint_set);
    assert_null(spec.health);
}

static void binds_are_paths_or_volumes(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"/a:/b:ro,rslave\",\"v:/c:nocopy\"]},"
                                         "\"Volumes\":{\"/d\":{},\"/b\":{}}}");
    assert_int_equal(spec.mounts.count, 3); /* a path that has a mount needs no volume */
    const struct container_mount *mounts = spec.mounts.items;
    assert_string_equal(mounts[0].type, "bind");
    assert_true(mounts[0].readonly && mounts[0].create_source);
    assert_string_equal(mounts[0].options.items[0], "rslave");
    assert_string_equal(mounts[1].type, "volume");
    assert_string_equal(mounts[1].source, "v");
    assert_true(mounts[1].nocopy && !mounts[1].anonymous);
    assert_string_equal(mounts[2].target, "/d");
    assert_true(mounts[2].anonymous);
    assert_string_equal(str_map_get(&spec.docker_binds, "/b"), "/a:/b:ro,rslave");
}

static void long_mounts_do_not_make_their_source(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":["
                                         "{\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/b/\"},"
                                         "{\"Type\":\"tmpfs\",\"Target\":\"/t\",\"TmpfsOptions\":{\"SizeBytes\":4096,\"Mode\":448}}]}}");
    assert_false(spec.mounts.items[0].create_source);
    assert_string_equal(spec.mounts.items[0].target, "/b");
    assert_string_equal(spec.mounts.items[1].options.items[0], "size=4096");
    assert_string_equal(spec.mounts.items[1].options.items[1], "mode=700");
}

static void bad_mounts_are_refused(void **state)
{
    (void)state;
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"/a:b\"]}}", "must be absolute");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"/a:/b:rx\"]}}", "invalid mode: rx");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"/a:/b\",\"/c:/b\"]}}", "Duplicate mount point: /b");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Binds\":[\"./a:/b\"]}}", "./a");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Target\":\"/b\"}]}}", "Source must not be empty");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"tmpfs\",\"Source\":\"x\",\"Target\":\"/b\"}]}}", "Source");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"npipe\",\"Target\":\"/b\"}]}}", "npipe");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"image\",\"Target\":\"/b\"}]}}", "Source must not be empty");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"/a\",\"Target\":\"/b\",\"ImageOptions\":{}}]}}", "ImageOptions");
}

static void ports_come_from_bindings(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"ExposedPorts\":{\"90\":{}},\"HostConfig\":{\"PortBindings\":"
                                         "{\"80/udp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"},{\"HostPort\":\"\"}]}}}");
    assert_int_equal(spec.ports.count, 2);
    assert_string_equal(spec.ports.items[0].host_ip, "127.0.0.1");
    assert_int_equal(spec.ports.items[0].host_port, 8080);
    assert_string_equal(spec.ports.items[0].protocol, "udp");
    assert_int_equal(spec.ports.items[1].host_port, 0);
    assert_string_equal(spec.expose.items[0], "90/tcp");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"PortBindings\":{\"0/tcp\":[]}}}", "0/tcp");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"PortBindings\":{\"80/icmp\":[]}}}", "icmp");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"70000\"}]}}}", "70000");
    spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"80-90\"}]}}}");
    assert_int_equal(spec.ports.items[0].host_port, 80);
    assert_int_equal(spec.ports.items[0].host_port_last, 90);
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"90-80\"}]}}}", "90-80");
}

static void networks_come_from_mode_and_endpoints(void **state)
{
    (void)state;
    struct container_spec spec =
        spec_of("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"mine\"},\"NetworkingConfig\":{\"EndpointsConfig\":{"
                "\"mine\":{\"Aliases\":[\"a\"],\"IPAMConfig\":{\"IPv4Address\":\"192.0.2.5\"}},\"bridge\":{}}}}");
    assert_string_equal(spec.network_mode, "bridge");
    assert_int_equal(spec.networks.count, 2);
    assert_string_equal(spec.networks.items[0].name, "mine");
    assert_string_equal(spec.networks.items[0].aliases.items[0], "a");
    assert_string_equal(spec.networks.items[0].static_ips.items[0], "192.0.2.5");
    spec = spec_of("{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"mine\":{\"GwPriority\":7}}}}");
    assert_int_equal(spec.networks.count, 1); /* the default one was not asked for */
    assert_int_equal(spec.networks.items[0].gateway_priority, 7);
    refuses("{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"mine\":{\"IPAMConfig\":"
            "{\"IPv4Address\":\"fd00::1\"}}}}}", "fd00::1");
    spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"container:x\"}}");
    assert_string_equal(spec.network_mode, "container:x");
    spec = spec_of("{\"Image\":\"i\",\"NetworkDisabled\":true}");
    assert_string_equal(spec.network_mode, "none");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"container:\"}}", "container");
    refuses("{\"Image\":\"i\",\"Hostname\":\"h\",\"HostConfig\":{\"NetworkMode\":\"container:x\"}}", "container:x");
    refuses("{\"Image\":\"i\",\"NetworkingConfig\":{\"EndpointsConfig\":{\"bridge\":{\"Aliases\":[\"a\"]}}}}", "alias");
}

static void links_are_the_first_networks(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"Links\":[\"one\",\"/two:/me/alias\",\"three:a\"]}}");
    assert_int_equal(spec.networks.count, 1);
    assert_string_equal(str_join(arena, &spec.networks.items[0].links, " "), "one:one two:alias three:a");
    spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"mine\",\"Links\":[\"one:a\"]},\"NetworkingConfig\":"
                   "{\"EndpointsConfig\":{\"mine\":{\"Links\":[\"one:a\"]},\"other\":{\"Links\":[\"two:b\"]}}}}");
    assert_string_equal(str_join(arena, &spec.networks.items[0].links, " "), "one:a");
    assert_string_equal(str_join(arena, &spec.networks.items[1].links, " "), "two:b");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Links\":[\"a:b:c\"]}}", "bad format for links: a:b:c");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Links\":[\"\"]}}", "empty string specified for links");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Links\":[\"/\"]}}", "bad format");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Links\":[\":a\"]}}", "bad format");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"host\",\"Links\":[\"a:b\"]}}", "links");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"NetworkMode\":\"none\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"none\":"
            "{\"Links\":[\"a:b\"]}}}}", "links");
}

static void policies_are_checked(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"on-failure\","
                                         "\"MaximumRetryCount\":3},\"LogConfig\":{\"Config\":{\"max-file\":\"3\",\"max-size\":\"1m\"}}}}");
    assert_string_equal(spec.restart_policy, "on-failure");
    assert_int_equal(spec.restart_max, 3);
    assert_int_equal(warnings.count, 1);
    assert_non_null(strstr(warnings.items[0], "max-file"));
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"always\",\"MaximumRetryCount\":3}}}", "on-failure");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"LogConfig\":{\"Type\":\"syslog\"}}}", "syslog");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"LogConfig\":{\"Config\":{\"labels\":\"x\"}}}}", "labels");
}

static void security_options_are_taken_or_refused(void **state)
{
    (void)state;
    struct container_spec spec = spec_of("{\"Image\":\"i\",\"HostConfig\":{\"SecurityOpt\":[\"no-new-privileges\","
                                         "\"seccomp=unconfined\",\"apparmor:mine\",\"label=disable\"],\"MaskedPaths\":[]}}");
    assert_true(spec.no_new_privileges);
    assert_string_equal(spec.seccomp, "unconfined");
    assert_string_equal(spec.apparmor, "mine");
    assert_true(spec.masked_paths_set && !spec.readonly_paths_set);
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"SecurityOpt\":[\"label=colour:x\"]}}", "label");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"SecurityOpt\":[\"seccomp=/file\"]}}", "/file");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"IpcMode\":\"odd\"}}", "odd");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"UsernsMode\":\"auto\"}}", "auto");
}

static void what_is_not_honoured_is_refused_by_name(void **state)
{
    (void)state;
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"DeviceRequests\":[{}]}}", "HostConfig.DeviceRequests");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"IOMaximumIOps\":5}}", "HostConfig.IOMaximumIOps");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"StorageOpt\":{\"size\":\"1\"}}}", "HostConfig.StorageOpt");
    refuses("{\"Image\":\"i\",\"HostConfig\":{\"Runtime\":\"kata\"}}", "kata");
    refuses("{\"Env\":[\"A=b\"]}", "Image");
    /* zero values, as clients send whole structs */
    spec_of("{\"Image\":\"i\",\"HostConfig\":{\"DeviceRequests\":null,\"CpuRealtimePeriod\":0,\"Links\":[],\"StorageOpt\":{},"
            "\"Cgroup\":\"\",\"KernelMemory\":0,\"Isolation\":\"\",\"Runtime\":\"\",\"MemorySwappiness\":-1}}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(plain_request_has_dockers_defaults, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(binds_are_paths_or_volumes, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(long_mounts_do_not_make_their_source, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(bad_mounts_are_refused, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(ports_come_from_bindings, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(networks_come_from_mode_and_endpoints, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(policies_are_checked, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(links_are_the_first_networks, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(security_options_are_taken_or_refused, open_arena, close_arena),
        cmocka_unit_test_setup_teardown(what_is_not_honoured_is_refused_by_name, open_arena, close_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
