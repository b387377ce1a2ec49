#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/path.h"
#include "test/unit/core/oci/sample.h"

static struct sample sample;

static void mount_these(const struct container_mount *mounts, size_t count)
{
    sample.ctr.mounts.items = (struct container_mount *)mounts;
    sample.ctr.mounts.count = count;
}

static void build(void)
{
    autoerror *err = NULL;
    if (build_mounts(&sample.build, &err) < 0)
        fail_msg("%s", err->message);
}

static const struct oci_mount *at(const char *destination)
{
    const struct oci_mount *found = NULL;
    for (size_t i = 0; i < sample.build.spec.mounts.count; i++) {
        if (strcmp(sample.build.spec.mounts.items[i].destination, destination))
            continue;
        assert_null(found);
        found = &sample.build.spec.mounts.items[i];
    }
    return found;
}

static const char *options_at(const char *destination)
{
    assert_non_null(at(destination));
    return str_join(sample.arena, &at(destination)->options, ",");
}

static size_t place_of(const char *destination)
{
    return (size_t)(at(destination) - sample.build.spec.mounts.items);
}

static void defaults_are_those_of_the_recorded_container(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    build();
    static const char *const expected[][2] = {
        { "/proc", "nosuid,noexec,nodev" },
        { "/dev", "nosuid,strictatime,mode=755,size=65536k" },
        { "/sys", "nosuid,noexec,nodev,ro" },
        { "/dev/pts", "nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5" },
        { "/dev/mqueue", "nosuid,noexec,nodev" },
        { "/dev/shm", "bind,rprivate,nosuid,noexec,nodev" },
        { "/sys/fs/cgroup", "rprivate,nosuid,noexec,nodev,relatime,ro" },
    };
    size_t count = sizeof expected / sizeof *expected;
    assert_int_equal(sample.build.spec.mounts.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(sample.build.spec.mounts.items[i].destination, expected[i][0]);
        assert_string_equal(options_at(expected[i][0]), expected[i][1]);
    }
}

static void files_of_the_engine_are_bound_where_they_exist(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char folder[] = "/tmp/coracle-mounts-XXXXXX";
    assert_non_null(mkdtemp(folder));
    sample_new(&sample, "docker");
    sample.place.files_dir = folder;
    const char *hosts = arena_printf(sample.arena, "%s/hosts", folder);
    close(open(hosts, O_CREAT | O_WRONLY, 0644));
    build();
    assert_string_equal(at("/etc/hosts")->source, hosts);
    assert_string_equal(options_at("/etc/hosts"), "bind,rprivate");
    assert_null(at("/etc/resolv.conf"));
    sample.build.spec.mounts.count = 0;
    sample.spec.readonly_rootfs = true;
    build();
    assert_non_null(strstr(options_at("/etc/hosts"), "ro"));
    path_remove_tree(folder, &err);
}

static void a_users_mount_replaces_ours(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    mount_these(&(struct container_mount){ .type = "tmpfs", .target = "/dev/shm/" }, 1);
    build();
    assert_string_equal(at("/dev/shm")->type, "tmpfs");
}

static void binds_are_private_unless_told_otherwise(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    const char *shared[] = { "rshared", "z", "nosuid" }, *plain[] = { "bind", "rw" };
    struct container_mount mounts[] = {
        { .type = "bind", .source = "/src/a", .target = "/a", .readonly = true },
        { .type = "volume", .source = "/src/b", .target = "/b", .options = { shared, 3 } },
        { .type = "bind", .source = "/src/c", .target = "/c", .options = { plain, 2 } },
    };
    mount_these(mounts, 3);
    build();
    assert_string_equal(options_at("/a"), "rbind,ro,rprivate");
    assert_string_equal(options_at("/b"), "rbind,rshared,nosuid");
    assert_string_equal(options_at("/c"), "bind,rprivate");
    assert_string_equal(at("/b")->type, "bind");
    assert_string_equal(sample.build.spec.platform.rootfs_propagation, "shared");
}

static void outer_mounts_come_first(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct container_mount mounts[] = {
        { .type = "bind", .source = "/1", .target = "/data/x/y" },
        { .type = "bind", .source = "/2", .target = "/data" },
        { .type = "bind", .source = "/3", .target = "/other" },
        { .type = "bind", .source = "/4", .target = "/data/x" },
    };
    mount_these(mounts, 4);
    build();
    assert_true(place_of("/data") < place_of("/other"));
    assert_true(place_of("/other") < place_of("/data/x"));
    assert_true(place_of("/data/x") < place_of("/data/x/y"));
}

static void tmpfs_is_as_each_dialect_has_it(void **state)
{
    (void)state;
    const char *options[] = { "size=1m", "exec" };
    struct container_mount mount = { .type = "tmpfs", .target = "/t", .options = { options, 2 } };
    sample_new(&sample, "docker");
    mount_these(&mount, 1);
    build();
    assert_string_equal(options_at("/t"), "rw,nosuid,nodev,size=1m,exec,rprivate");
    sample_new(&sample, "podman");
    mount_these(&mount, 1);
    build();
    assert_string_equal(options_at("/t"), "rw,nosuid,nodev,tmpcopyup,size=1m,exec,rprivate");
}

static void a_readonly_root_gets_places_to_write_on_podmans_surface(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    sample.spec.readonly_rootfs = sample.spec.readonly_tmpfs = true;
    mount_these(&(struct container_mount){ .type = "bind", .source = "/x", .target = "/tmp" }, 1);
    build();
    assert_true(sample.build.spec.root.readonly);
    assert_string_equal(at("/run")->type, "tmpfs");
    assert_string_equal(at("/var/tmp")->type, "tmpfs");
    assert_string_equal(at("/tmp")->type, "bind");
}

static void privileged_may_write_to_sys(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.privileged = true;
    build();
    assert_string_equal(options_at("/sys"), "nosuid,noexec,nodev,rw");
    assert_non_null(strstr(options_at("/sys/fs/cgroup"), "rw"));
}

static void the_hosts_ipc_brings_its_queues_and_memory(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.ipc_mode = "host";
    sample.place.shm_dir = NULL;
    build();
    assert_string_equal(at("/dev/mqueue")->type, "bind");
    assert_string_equal(at("/dev/shm")->source, "/dev/shm");
    sample_new(&sample, "docker");
    sample.spec.ipc_mode = "none";
    sample.place.shm_dir = NULL;
    build();
    assert_null(at("/dev/shm"));
}

static void init_is_bound_where_its_dialect_looks_for_it(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.init = true;
    sample.place.init_path = "/usr/bin/catatonit";
    build();
    assert_string_equal(at("/sbin/docker-init")->source, "/usr/bin/catatonit");
    sample_new(&sample, "podman");
    sample.spec.init = true;
    sample.place.init_path = "/usr/bin/catatonit";
    build();
    assert_non_null(at("/run/podman-init"));
}

static void assert_refused(const char *words)
{
    autoerror *err = NULL;
    assert_int_equal(build_mounts(&sample.build, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, words))
        fail_msg("%s", err->message);
}

static void impossible_mounts_are_refused(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    mount_these(&(struct container_mount){ .type = "bind", .source = "/x", .target = "/../" }, 1);
    assert_refused("/../");
    sample_new(&sample, "docker");
    mount_these(&(struct container_mount){ .type = "bind", .source = "x", .target = "/y" }, 1);
    assert_refused("\"x\"");
    sample_new(&sample, "docker");
    sample.spec.timezone = "../../../etc/passwd";
    assert_refused("timezone");
}

static int teardown(void **state)
{
    (void)state;
    arena_free(sample.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_recorded_container),
        cmocka_unit_test(files_of_the_engine_are_bound_where_they_exist),
        cmocka_unit_test(a_users_mount_replaces_ours),
        cmocka_unit_test(binds_are_private_unless_told_otherwise),
        cmocka_unit_test(outer_mounts_come_first),
        cmocka_unit_test(tmpfs_is_as_each_dialect_has_it),
        cmocka_unit_test(a_readonly_root_gets_places_to_write_on_podmans_surface),
        cmocka_unit_test(privileged_may_write_to_sys),
        cmocka_unit_test(the_hosts_ipc_brings_its_queues_and_memory),
        cmocka_unit_test(init_is_bound_where_its_dialect_looks_for_it),
        cmocka_unit_test(impossible_mounts_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
