/* What clients are shown of a container, made up here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/docker/containers/inspect.h"
#include "api/docker/containers/inspect_parts.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/container/container.h"
#include "core/engine.h"

static struct arena *arena;
static struct container_spec spec;
static struct container ctr;
static struct engine engine;

static int make(void **state)
{
    (void)state;
    arena = arena_new();
    spec = (struct container_spec){ .image = "busybox", .cap_defaults = "docker", .network_mode = "bridge" };
    ctr = (struct container){
        .id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .name = "it",
        .image_id = "feed",
        .image_name = "docker.io/library/busybox:latest",
        .spec = &spec,
        .workdir = "/",
        .user = "",
        .stop_signal = "SIGTERM",
        .error = "",
        .log_path = "",
        .mountpoint = "",
        .netns_path = "",
        .runtime = "",
    };
    return 0;
}

static int forget(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void image_names_are_familiar(void **state)
{
    (void)state;
    assert_string_equal(inspect_image_name(arena, &ctr), "busybox");
    spec.image = "docker.io/library/busybox"; /* as the user wrote it */
    assert_string_equal(inspect_image_name(arena, &ctr), "docker.io/library/busybox");
    spec.cap_defaults = "podman";
    assert_string_equal(inspect_image_name(arena, &ctr), "busybox:latest");
    ctr.image_name = ""; /* by id */
    assert_string_equal(inspect_image_name(arena, &ctr), "docker.io/library/busybox");
}

static void default_network_is_called_bridge(void **state)
{
    (void)state;
    struct container_network networks[] = { { .name = "podman" }, { .name = "mine", .aliases = { 0 } } };
    struct container_address addresses[] = { { .network = "podman", .network_id = "1", .ip = "10.80.0.2", .prefix = 16 } };
    assert_string_equal(inspect_network_mode(&ctr), "bridge");
    spec.networks.items = networks;
    spec.networks.count = 2;
    ctr.addresses.items = addresses;
    ctr.addresses.count = 1;
    ctr.pid = 7;
    assert_string_equal(inspect_network_mode(&ctr), "bridge");
    struct docker_network_settings settings;
    inspect_network_settings(arena, &ctr, &settings);
    assert_int_equal(settings.networks.count, 2);
    assert_string_equal(settings.networks.items[0].key, "bridge");
    assert_string_equal(settings.networks.items[0].value.ip, "10.80.0.2");
    assert_int_equal(settings.networks.items[0].value.dns_names.count, 0);
    assert_string_equal(settings.networks.items[1].key, "mine");
    assert_string_equal(settings.networks.items[1].value.dns_names.items[1], "0123456789ab");
    assert_string_equal(settings.ip, "10.80.0.2");
    ctr.pid = 0; /* ended, and not taken down yet */
    inspect_network_settings(arena, &ctr, &settings);
    assert_null(settings.ip);
    assert_null(settings.networks.items[0].value.ip);
}

static void modes_without_networks_of_their_own(void **state)
{
    (void)state;
    struct docker_list_networks networks;
    spec.network_mode = "none";
    inspect_endpoints(arena, &ctr, &networks);
    assert_int_equal(networks.networks.count, 1);
    assert_string_equal(networks.networks.items[0].key, "none");
    spec.network_mode = "container:other";
    inspect_endpoints(arena, &ctr, &networks);
    assert_int_equal(networks.networks.count, 0);
    assert_string_equal(inspect_network_mode(&ctr), "container:other");
}

static void ports_are_published_or_exposed(void **state)
{
    (void)state;
    struct container_port asked[] = { { .container_port = 80, .protocol = "tcp" } };
    struct container_port live[] = { { .container_port = 80, .host_port = 8000, .range = 2, .protocol = "tcp" } };
    const char *exposed[] = { "90/udp", "80/tcp" };
    spec.ports.items = asked;
    spec.ports.count = 1;
    spec.expose = (struct str_list){ exposed, 2 };
    struct docker_list_container shown;
    docker_summarize_container(arena, &ctr, 0, &shown);
    assert_int_equal(shown.ports.count, 0); /* it does not run */
    ctr.pid = 7;
    ctr.ports.items = live;
    ctr.ports.count = 1;
    docker_summarize_container(arena, &ctr, 0, &shown);
    assert_int_equal(shown.ports.count, 2);
    assert_int_equal(shown.ports.items[0].private_port, 90);
    assert_string_equal(shown.ports.items[0].type, "udp");
    assert_null(shown.ports.items[0].ip);
    assert_string_equal(shown.ports.items[1].ip, "0.0.0.0");
    assert_int_equal(shown.ports.items[1].public_port, 8000);
    struct container_address six = { .network = "bridge", .ip6 = "fd00::2" };
    ctr.addresses.items = &six;
    ctr.addresses.count = 1;
    docker_summarize_container(arena, &ctr, 0, &shown);
    assert_int_equal(shown.ports.count, 3);
    assert_string_equal(shown.ports.items[2].ip, "::");
}

static void mounts_have_the_words_they_were_given(void **state)
{
    (void)state;
    const char *slave[] = { "z", "rslave" };
    struct container_mount mounts[] = {
        { .type = "bind", .source = "/a", .target = "/b", .readonly = true, .options = { slave, 2 } },
        { .type = "volume", .source = "/vols/v/_data", .target = "/c" },
        { .type = "volume", .source = "/vols/x/_data", .target = "/d", .anonymous = true },
        { .type = "tmpfs", .target = "/t" },
        { .type = "tmpfs", .target = "/m" },
    };
    const char *names[] = { "", "v", "x", "", "" };
    ctr.mounts.items = mounts;
    ctr.mounts.count = 5;
    ctr.volume_names = (struct str_list){ names, 5 };
    str_map_set(arena, &spec.docker_binds, "/b", "/a:/b:ro,z,rslave");
    str_map_set(arena, &spec.docker_tmpfs, "/t", "size=1m");
    struct docker_mount_point *points;
    assert_int_equal(inspect_mount_points(arena, &ctr, &points), 4);
    assert_string_equal(points[0].mode, "ro,z,rslave");
    assert_string_equal(points[0].propagation, "rslave");
    assert_false(points[0].rw);
    assert_string_equal(points[1].name, "v");
    assert_string_equal(points[1].mode, "z");
    assert_string_equal(points[2].mode, "");
    assert_string_equal(points[3].destination, "/m");
}

static void host_config_says_what_was_asked(void **state)
{
    (void)state;
    int64_t unlimited = 0;
    struct docker_host_config host;
    spec.log_driver = "k8s-file";
    spec.resources.memory = 1 << 20;
    spec.resources.pids_limit = &unlimited;
    inspect_host_config(&engine, arena, &ctr, &host);
    assert_string_equal(host.log.type, "json-file");
    assert_int_equal(host.resources.memory_swap, 2 << 20);
    assert_null(host.resources.pids_limit);
    assert_null(host.resources.init);
    assert_int_equal(host.shm_size, 64 << 20);
    assert_string_equal(host.restart_policy.name, "no");
    assert_string_equal(host.ipc_mode, "private");
    assert_int_equal(host.mounts.count, 0);
    assert_true(host.masked_paths.count > 0);
}

static void mounts_in_long_form_are_what_no_short_form_has(void **state)
{
    (void)state;
    const char *options[] = { "size=4096", "mode=700" }, *volumes[] = { "/v" };
    struct container_mount mounts[] = {
        { .type = "bind", .source = "/a", .target = "/b" },
        { .type = "volume", .target = "/v", .anonymous = true },
        { .type = "tmpfs", .target = "/t", .options = { options, 2 } },
    };
    struct docker_host_config host;
    spec.mounts.items = mounts;
    spec.mounts.count = 3;
    spec.docker_volumes = (struct str_list){ volumes, 1 };
    str_map_set(arena, &spec.docker_binds, "/b", "/a:/b");
    inspect_host_config(&engine, arena, &ctr, &host);
    assert_int_equal(host.binds.count, 1);
    assert_int_equal(host.mounts.count, 1);
    assert_string_equal(host.mounts.items[0].target, "/t");
    assert_int_equal(host.mounts.items[0].tmpfs->size, 4096);
    assert_int_equal(host.mounts.items[0].tmpfs->mode, 0700);
}

static void containers_of_podmans_clients_have_binds_too(void **state)
{
    (void)state;
    struct container_mount mounts[] = {
        { .type = "bind", .source = "/a", .target = "/b", .readonly = true },
        { .type = "volume", .source = "v", .target = "/v" },
        { .type = "tmpfs", .target = "/t" },
    };
    struct docker_host_config host;
    spec.cap_defaults = "podman";
    spec.mounts.items = mounts;
    spec.mounts.count = 3;
    inspect_host_config(&engine, arena, &ctr, &host);
    assert_int_equal(host.binds.count, 2);
    assert_string_equal(host.binds.items[0], "/a:/b:ro");
    assert_string_equal(host.binds.items[1], "v:/v:rw");
    assert_string_equal(str_map_get(&host.tmpfs, "/t"), "");
    assert_int_equal(host.mounts.count, 0);
}

static void command_quotes_what_has_blanks(void **state)
{
    (void)state;
    const char *entrypoint[] = { "sh" }, *command[] = { "-c", "echo a b" };
    struct docker_list_container shown;
    ctr.entrypoint = (struct str_list){ entrypoint, 1 };
    ctr.command = (struct str_list){ command, 2 };
    docker_summarize_container(arena, &ctr, 0, &shown);
    assert_string_equal(shown.command, "sh -c 'echo a b'");
    assert_string_equal(shown.names.items[0], "/it");
    assert_string_equal(shown.image_id, "sha256:feed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(image_names_are_familiar, make, forget),
        cmocka_unit_test_setup_teardown(default_network_is_called_bridge, make, forget),
        cmocka_unit_test_setup_teardown(modes_without_networks_of_their_own, make, forget),
        cmocka_unit_test_setup_teardown(ports_are_published_or_exposed, make, forget),
        cmocka_unit_test_setup_teardown(mounts_have_the_words_they_were_given, make, forget),
        cmocka_unit_test_setup_teardown(host_config_says_what_was_asked, make, forget),
        cmocka_unit_test_setup_teardown(mounts_in_long_form_are_what_no_short_form_has, make, forget),
        cmocka_unit_test_setup_teardown(containers_of_podmans_clients_have_binds_too, make, forget),
        cmocka_unit_test_setup_teardown(command_quotes_what_has_blanks, make, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
