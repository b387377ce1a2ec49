#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/path.h"
#include "test/unit/core/oci/sample.h"

static struct sample sample;
static char root[64];

static const struct oci_spec *made(void)
{
    autoerror *err = NULL;
    autobuf text = BUF(1 << 20);
    sample.place.rootfs = root;
    if (oci_config(&sample.engine, sample.arena, &sample.ctr, &sample.place, &text, &sample.warnings, &err) < 0)
        fail_msg("%s", err->message);
    const struct oci_spec *spec =
        schema_decode(sample.arena, oci_spec_schema(), text.data, text.len, SCHEMA_LIMITS, NULL, &err);
    if (!spec)
        fail_msg("%s", err->message);
    return spec;
}

static const char *refused(void)
{
    struct error *err = NULL;
    autobuf text = BUF(1 << 20);
    sample.place.rootfs = root;
    assert_int_equal(
        oci_config(&sample.engine, sample.arena, &sample.ctr, &sample.place, &text, &sample.warnings, &err), -1);
    const char *message = arena_strdup(sample.arena, err->message);
    error_free(err);
    return message;
}

static const char *joined(const struct str_list *list)
{
    return str_join(sample.arena, list, " ");
}

static const char *namespaces(const struct oci_spec *spec)
{
    struct str_list list = { 0 };
    for (size_t i = 0; i < spec->platform.namespaces.count; i++) {
        const struct oci_namespace *ns = &spec->platform.namespaces.items[i];
        str_list_add(sample.arena, &list,
                     str_empty(ns->path) ? ns->type : arena_printf(sample.arena, "%s=%s", ns->type, ns->path));
    }
    return joined(&list);
}

static void the_process_is_what_image_and_user_say(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    str_list_add(sample.arena, &sample.ctr.entrypoint, "/entry");
    str_list_add(sample.arena, &sample.ctr.env, "A=1");
    str_list_add(sample.arena, &sample.ctr.env, "PATH=/mine");
    str_list_add(sample.arena, &sample.ctr.env, "NOVALUE");
    sample.ctr.user = "5:6";
    sample.ctr.workdir = "/work";
    const struct oci_process *process = &made()->process;
    assert_string_equal(joined(&process->args), "/entry sleep 3000");
    assert_string_equal(joined(&process->env), "PATH=/mine HOSTNAME=0123456789ab A=1 HOME=/");
    assert_string_equal(process->cwd, "/work");
    assert_int_equal(process->user.uid, 5);
    assert_int_equal(process->user.gid, 6);
    assert_int_equal(*process->user.umask, 18);
    assert_int_equal(process->user.additional_gids.items[0], 6);
    assert_false(process->terminal);
}

static void podmans_containers_know_that_they_are_in_one(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    sample.spec.tty = true;
    assert_string_equal(joined(&made()->process.env), "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/"
                                                      "bin container=podman HOSTNAME=0123456789ab TERM=xterm HOME=/");
}

static void init_runs_the_command(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.init = true;
    sample.place.init_path = "/usr/bin/catatonit";
    assert_string_equal(joined(&made()->process.args), "/sbin/docker-init -- sleep 3000");
}

static void a_mapped_container_joins_its_user_namespace(void **state)
{
    (void)state;
    struct container_id_map map = { 0, 100000, 65536 };
    sample_new(&sample, "podman");
    sample.spec.uid_maps.items = sample.spec.gid_maps.items = &map;
    sample.spec.uid_maps.count = sample.spec.gid_maps.count = 1;
    sample.place.user_ns = "/run/userns/x";
    const struct oci_spec *spec = made();
    assert_string_equal(namespaces(spec), "pid network=/run/netns/x ipc uts user=/run/userns/x mount");
    assert_int_equal(spec->platform.uid_mappings.count, 1);
    assert_int_equal(spec->platform.gid_mappings.items[0].host, 100000);
}

static void namespaces_follow_the_modes(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.cgroupns_mode = "host";
    assert_string_equal(namespaces(made()), "pid network=/run/netns/x ipc uts mount");
    assert_string_equal(made()->hostname, "0123456789ab");
    sample.spec.pid_mode = sample.spec.network_mode = sample.spec.ipc_mode = sample.spec.uts_mode = "host";
    assert_string_equal(namespaces(made()), "mount");
    assert_string_equal(str_or(made()->hostname, ""), "");
    sample.spec.pid_mode = sample.spec.ipc_mode = "container:abc";
    sample.spec.uts_mode = "ns:/proc/7/ns/uts";
    sample.spec.cgroupns_mode = "private";
    sample.place.other_pid_ns = "/proc/9/ns/pid";
    sample.place.other_ipc_ns = "/proc/9/ns/ipc";
    assert_string_equal(namespaces(made()), "pid=/proc/9/ns/pid ipc=/proc/9/ns/ipc uts=/proc/7/ns/uts mount cgroup");
    sample.place.other_ipc_ns = NULL;
    assert_non_null(strstr(refused(), "abc"));
}

static void paths_are_masked_unless_privileged_or_told_otherwise(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    assert_true(str_list_has(&made()->platform.masked_paths, "/proc/kcore"));
    assert_true(str_list_has(&made()->platform.readonly_paths, "/proc/sys"));
    sample.spec.privileged = true;
    assert_int_equal(made()->platform.masked_paths.count, 0);
    sample.spec.privileged = false;
    sample.spec.masked_paths_set = true;
    str_list_add(sample.arena, &sample.spec.masked_paths, "/x");
    assert_string_equal(joined(&made()->platform.masked_paths), "/x");
}

static void devices_are_denied_but_for_those_given(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.devices.items =
        &(struct container_device){ .host_path = "/dev/null", .path = "/dev/mynull", .access = "rw" };
    sample.spec.devices.count = 1;
    str_list_add(sample.arena, &sample.spec.device_cgroup_rules, "c 10:* rwm");
    const struct oci_linux *platform = &made()->platform;
    assert_int_equal(platform->devices.count, 1);
    assert_string_equal(platform->devices.items[0].path, "/dev/mynull");
    assert_int_equal(platform->devices.items[0].major, 1);
    assert_int_equal(platform->devices.items[0].minor, 3);
    assert_int_equal(platform->resources->devices.count, 3);
    assert_false(platform->resources->devices.items[0].allow);
    assert_string_equal(platform->resources->devices.items[1].access, "rw");
    assert_int_equal(*platform->resources->devices.items[2].major, 10);
    assert_null(platform->resources->devices.items[2].minor);
}

static void bad_devices_and_rules_are_refused(void **state)
{
    (void)state;
    struct container_device device = { .host_path = "/dev/nosuch" };
    sample_new(&sample, "docker");
    sample.spec.devices.items = &device;
    sample.spec.devices.count = 1;
    assert_non_null(strstr(refused(), "/dev/nosuch"));
    device = (struct container_device){ .host_path = "/etc/passwd" };
    assert_non_null(strstr(refused(), "not a device node"));
    device = (struct container_device){ .host_path = "/dev/null", .access = "rx" };
    assert_non_null(strstr(refused(), "rx"));
    static const char *const wrong[] = { "",      "c 1:3",         "x 1:3 r",          "c 1:3 rq",
                                         "c 1 r", "c 1:3 r extra", "c 99999999999:1 r" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sample_new(&sample, "docker");
        str_list_add(sample.arena, &sample.spec.device_cgroup_rules, wrong[i]);
        assert_non_null(strstr(refused(), "deviceCgroupRules"));
    }
}

static void sysctls_stay_in_the_containers_namespaces(void **state)
{
    (void)state;
    struct str_pair pairs[] = { { "net.core.somaxconn", "5" }, { "kernel.shmmax", "6" } };
    sample_new(&sample, "docker");
    sample.spec.sysctls = (struct str_map){ pairs, 2 };
    const struct oci_spec *spec = made();
    assert_string_equal(str_map_get(&spec->platform.sysctl, "net.core.somaxconn"), "5");
    assert_string_equal(str_map_get(&spec->platform.sysctl, "kernel.shmmax"), "6");
    sample.spec.network_mode = "host";
    assert_non_null(strstr(refused(), "net.core.somaxconn"));
    static const char *const wrong[] = { "kernel.panic", "vm.swappiness", "net/../kernel.panic", "/proc",
                                         "kernel.domainname2" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct str_pair pair = { wrong[i], "1" };
        sample_new(&sample, "docker");
        sample.spec.sysctls = (struct str_map){ &pair, 1 };
        assert_non_null(strstr(refused(), wrong[i]));
    }
}

static void a_container_without_a_command_is_refused(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.ctr.command.count = 0;
    assert_non_null(strstr(refused(), "no command specified"));
}

static void an_exec_process_starts_from_the_containers(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf text = BUF(1 << 20);
    sample_new(&sample, "docker");
    str_list_add(sample.arena, &sample.ctr.env, "A=1");
    str_list_add(sample.arena, &sample.ctr.env, "B=1");
    sample.ctr.user = "5";
    sample.ctr.workdir = "/work";
    const char *command[] = { "sh" }, *env[] = { "B=2" };
    struct exec_spec exec = { .command = { command, 1 }, .env = { env, 1 }, .tty = true };
    assert_int_equal(oci_exec_process(&sample.engine, sample.arena, &sample.ctr, &exec, root, 24, 80, &text, &err), 0);
    const struct oci_process *process =
        schema_decode(sample.arena, oci_process_schema(), text.data, text.len, SCHEMA_LIMITS, NULL, &err);
    assert_string_equal(joined(&process->args), "sh");
    assert_true(str_list_has(&process->env, "A=1"));
    assert_true(str_list_has(&process->env, "B=2"));
    assert_false(str_list_has(&process->env, "B=1"));
    assert_int_equal(process->user.uid, 5);
    assert_string_equal(process->cwd, "/work");
    assert_int_equal(process->console_size->height, 24);
    assert_int_equal(process->capabilities->effective.count, 0);
}

static void checks_at_create_need_no_root(void **state)
{
    (void)state;
    autoerror *err = NULL;
    sample_new(&sample, "docker");
    assert_int_equal(oci_check(&sample.engine, sample.arena, &sample.ctr, &sample.warnings, &err), 0);
    sample.spec.stop_signal = "SIGNOPE";
    assert_int_equal(oci_check(&sample.engine, sample.arena, &sample.ctr, &sample.warnings, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_non_null(strstr(err->message, "SIGNOPE"));
    error_clear(&err);
    sample.spec.stop_signal = NULL;
    str_list_add(sample.arena, &sample.spec.cap_add, "FLY");
    assert_int_equal(oci_check(&sample.engine, sample.arena, &sample.ctr, &sample.warnings, &err), -1);
    assert_non_null(strstr(err->message, "FLY"));
}

static int setup(void **state)
{
    (void)state;
    strcpy(root, "/tmp/coracle-config-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    rmdir(root);
    arena_free(sample.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_process_is_what_image_and_user_say),
        cmocka_unit_test(podmans_containers_know_that_they_are_in_one),
        cmocka_unit_test(init_runs_the_command),
        cmocka_unit_test(namespaces_follow_the_modes),
        cmocka_unit_test(a_mapped_container_joins_its_user_namespace),
        cmocka_unit_test(paths_are_masked_unless_privileged_or_told_otherwise),
        cmocka_unit_test(devices_are_denied_but_for_those_given),
        cmocka_unit_test(bad_devices_and_rules_are_refused),
        cmocka_unit_test(sysctls_stay_in_the_containers_namespaces),
        cmocka_unit_test(a_container_without_a_command_is_refused),
        cmocka_unit_test(an_exec_process_starts_from_the_containers),
        cmocka_unit_test(checks_at_create_need_no_root),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
