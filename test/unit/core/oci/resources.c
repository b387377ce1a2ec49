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

static const struct oci_resources *built(void)
{
    autoerror *err = NULL;
    if (build_resources(&sample.build, &err) < 0)
        fail_msg("%s", err->message);
    return sample.build.spec.platform.resources;
}

static void assert_refused(const char *words)
{
    autoerror *err = NULL;
    assert_int_equal(build_resources(&sample.build, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, words))
        fail_msg("%s", err->message);
}

static void nothing_asked_gives_no_limits_on_dockers_surface_and_2048_processes_on_podmans(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    const struct oci_resources *made = built();
    assert_null(made->memory);
    assert_null(made->cpu);
    assert_null(made->pids);
    sample_new(&sample, "podman");
    assert_int_equal(built()->pids->limit, 2048);
    sample.spec.resources.pids_limit = &(int64_t){ -1 };
    sample.build.spec.platform.resources->pids = NULL;
    assert_null(built()->pids);
}

static void swap_is_twice_the_memory_unless_given(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.resources.memory = 100 << 20;
    assert_int_equal(*built()->memory->limit, 100 << 20);
    assert_int_equal(*built()->memory->swap, 200 << 20);
    sample.spec.resources.memory_swap = -1;
    assert_int_equal(*built()->memory->swap, -1);
    sample.spec.resources.memory_swap = 150 << 20;
    assert_int_equal(*built()->memory->swap, 150 << 20);
}

static void processors_become_quota_and_period(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.resources.nano_cpus = 1500000000;
    assert_int_equal(*built()->cpu->quota, 150000);
    assert_int_equal(*built()->cpu->period, 100000);
    sample_new(&sample, "docker");
    sample.spec.resources.cpu_quota = 5000;
    assert_int_equal(*built()->cpu->quota, 5000);
    assert_null(built()->cpu->period);
}

static void what_the_kernel_lacks_is_a_warning(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.build.machine.swap = sample.build.machine.blkio_weight = sample.build.machine.cpuset = false;
    sample.spec.resources.memory = 100 << 20;
    sample.spec.resources.blkio_weight = 100;
    sample.spec.resources.cpuset_cpus = "0";
    const struct oci_resources *made = built();
    assert_non_null(made->memory->limit);
    assert_null(made->memory->swap);
    assert_null(made->block_io);
    assert_null(made->cpu);
    assert_int_equal(sample.warnings.count, 3);
}

static struct container_device_limit null_device = { .path = "/dev/null", .value = 500 };
static struct container_device_limit numbered = { .major = 8, .minor = 16, .value = 1048576 };

static void devices_are_limited_by_number(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    sample.build.machine.blkio_throttle = sample.build.machine.blkio_weight_device = true;
    sample.spec.resources.write_iops.items = sample.spec.resources.read_bps.items = &numbered;
    sample.spec.resources.write_iops.count = sample.spec.resources.read_bps.count = 1;
    const struct oci_block_io *made = built()->block_io;
    assert_int_equal(made->read_bps.count, 1);
    assert_int_equal(made->read_bps.items[0].major, 8);
    assert_int_equal(made->read_bps.items[0].minor, 16);
    assert_int_equal(made->write_iops.items[0].rate, 1048576);
    assert_int_equal(made->write_bps.count + made->read_iops.count + made->weight_device.count, 0);
}

static void a_device_that_is_none_is_refused_where_it_can_be_limited(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.resources.blkio_weight_devices.items = sample.spec.resources.write_bps.items = &null_device;
    sample.spec.resources.blkio_weight_devices.count = sample.spec.resources.write_bps.count = 1;
    assert_null(built()->block_io);
    assert_int_equal(sample.warnings.count, 2);
    sample.build.machine.blkio_throttle = true;
    assert_refused("BlkioDeviceWriteBps: \"/dev/null\" is not a block device");
    null_device.value = 5;
    assert_refused("10 to 1000");
    null_device.value = 500;
}

static void files_of_a_cgroup_are_limits_of_v2(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    sample.spec.resources.unified = (struct str_map){ &(struct str_pair){ "memory.high", "1000" }, 1 };
    assert_refused("needs cgroup v2");
    sample.build.machine.v2 = true;
    assert_string_equal(str_map_get(&built()->unified, "memory.high"), "1000");
    static const char *const wrong[] = { "memory", ".max", "memory.", "../x.y", "cgroup.procs", "memory.max/../x", "" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sample.spec.resources.unified = (struct str_map){ &(struct str_pair){ wrong[i], "1" }, 1 };
        assert_refused("is not a limit");
    }
}

static void huge_pages_have_sizes(void **state)
{
    (void)state;
    sample_new(&sample, "podman");
    struct container_hugepages pages = { .page_size = "2MB", .limit = 4 << 20 };
    sample.spec.resources.hugepages.items = &pages;
    sample.spec.resources.hugepages.count = 1;
    assert_int_equal(built()->hugepages.count, 0);
    assert_int_equal(sample.warnings.count, 1);
    sample.build.machine.hugepages = true;
    assert_string_equal(built()->hugepages.items[0].page_size, "2MB");
    pages.page_size = "2M";
    assert_refused("\"2M\" is not a page size");
}

static void realtime_and_tcp_are_of_cgroup_v1(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.spec.resources.cpu_realtime_period = 1000000;
    sample.spec.resources.cpu_realtime_runtime = 950000;
    sample.spec.resources.kernel_memory_tcp = 16 << 20;
    assert_null(built()->cpu);
    assert_int_equal(sample.warnings.count, 2);
    sample.build.machine.cpu_realtime = sample.build.machine.kernel_memory_tcp = true;
    assert_int_equal(*built()->cpu->realtime_runtime, 950000);
    assert_int_equal(*built()->memory->kernel_tcp, 16 << 20);
    sample.spec.resources.cpu_realtime_runtime = 2000000;
    assert_refused("cannot be higher");
}

static void limits_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    const struct {
        struct container_resources resources;
        const char *words;
    } wrong[] = {
        { { .memory = 1000 }, "6MB" },
        { { .memory = -5 }, "-5" },
        { { .memory_swap = 100 << 20 }, "Memory limit" },
        { { .memory = 100 << 20, .memory_swap = 50 << 20 }, "memoryswap limit should be larger" },
        { { .memory = 100 << 20, .memory_reservation = 200 << 20 }, "reservation" },
        { { .nano_cpus = 5000000000 }, "as there are only 4 CPUs" },
        { { .nano_cpus = 1, .cpu_quota = 5000 }, "Conflicting" },
        { { .cpu_period = 10 }, "period" },
        { { .cpu_quota = 10 }, "quota" },
        { { .cpuset_cpus = "0-9" }, "available: 0-3" },
        { { .cpuset_cpus = "a" }, "Invalid value a for cpuset cpus" },
        { { .cpuset_cpus = "1-" }, "Invalid value 1-" },
        { { .cpuset_cpus = "1," }, "Invalid value 1," },
        { { .cpuset_mems = "3-1" }, "Invalid value 3-1" },
        { { .blkio_weight = 5 }, "10 to 1000" },
        { { .oom_score_adj = 2000 }, "2000" },
        { { .memory_swappiness = &(int64_t){ 101 } }, "101" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sample_new(&sample, "docker");
        sample.spec.resources = wrong[i].resources;
        assert_refused(wrong[i].words);
    }
}

/* ---- what the machine can do, from a cgroup file system made of plain files ---- */

static char folder[64];

static void touch(const char *name, const char *text)
{
    autoerror *err = NULL;
    const char *path = arena_printf(sample.arena, "%s/%s", folder, name);
    assert_int_equal(path_mkdirs(arena_strndup(sample.arena, path, (size_t)(path_base(path) - path)), 0755, &err), 0);
    assert_int_equal(path_write_atomic(path, text, strlen(text), 0644, false, &err), 0);
}

static void version_1_is_read_from_files_per_controller(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct machine machine;
    touch("memory/memory.limit_in_bytes", "");
    touch("cpu/cpu.shares", "");
    machine_read(&machine, folder);
    assert_false(machine.v2);
    assert_true(machine.memory);
    assert_false(machine.swap);
    assert_true(machine.cpu_shares);
    assert_false(machine.cpu_quota);
    assert_false(machine.pids);
}

static void version_2_is_read_from_the_list_of_controllers(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct machine machine;
    touch("cgroup.controllers", "cpuset cpu memory pids\n");
    machine_read(&machine, folder);
    assert_true(machine.v2);
    assert_true(machine.cpu_quota);
    assert_true(machine.cpuset);
    assert_true(machine.memory);
    assert_true(machine.pids);
    assert_false(machine.blkio_weight);
    assert_false(machine.oom_control);
    touch("cgroup.controllers", "cpuset\n");
    machine_read(&machine, folder);
    assert_false(machine.cpu_quota);
}

/* ---- limits of the process ---- */

static struct oci_rlimit limit_of(const struct oci_process *process, const char *type)
{
    for (size_t i = 0; i < process->rlimits.count; i++)
        if (!strcmp(process->rlimits.items[i].type, type))
            return process->rlimits.items[i];
    fail_msg("no %s", type);
    return (struct oci_rlimit){ 0 };
}

static void process_limits_never_pass_what_may_be_given(void **state)
{
    (void)state;
    autoerror *err = NULL;
    sample_new(&sample, "docker");
    struct container_ulimit asked[] = { { "nofile", 5, UINT64_MAX }, { "core", 0, 0 } };
    sample.spec.ulimits.items = asked;
    sample.spec.ulimits.count = 2;
    struct oci_process process = { 0 };
    assert_int_equal(build_rlimits(&sample.build, &process, &err), 0);
    assert_true(limit_of(&process, "RLIMIT_NOFILE").hard <= 1073741816); /* the most any Linux has by default */
    assert_int_equal(limit_of(&process, "RLIMIT_NOFILE").soft, 5);
    assert_int_equal(limit_of(&process, "RLIMIT_CORE").hard, 0);
    assert_int_equal(sample.warnings.count, 1);
    limit_of(&process, "RLIMIT_NPROC");

    sample.build.machine.can_raise_limits = true;
    process = (struct oci_process){ 0 };
    assert_int_equal(build_rlimits(&sample.build, &process, &err), 0);
    assert_true(limit_of(&process, "RLIMIT_NOFILE").hard == UINT64_MAX);
}

static void configured_limits_are_parsed_and_give_way_to_asked_ones(void **state)
{
    (void)state;
    autoerror *err = NULL;
    sample_new(&sample, "podman");
    str_list_add(sample.arena, &sample.config.default_ulimits, "nofile=100:200");
    str_list_add(sample.arena, &sample.config.default_ulimits, "nproc=50");
    sample.spec.ulimits.items = &(struct container_ulimit){ "RLIMIT_NPROC", 7, 8 };
    sample.spec.ulimits.count = 1;
    struct oci_process process = { 0 };
    assert_int_equal(build_rlimits(&sample.build, &process, &err), 0);
    assert_int_equal(limit_of(&process, "RLIMIT_NOFILE").soft, 100);
    assert_int_equal(limit_of(&process, "RLIMIT_NOFILE").hard, 200);
    assert_int_equal(limit_of(&process, "RLIMIT_NPROC").soft, 7);

    sample.spec.ulimits.items[0].name = "nosuch";
    assert_int_equal(build_rlimits(&sample.build, &process, &err), -1);
    assert_non_null(strstr(err->message, "nosuch"));
}

static int setup(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/coracle-cgroup-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_remove_tree(folder, &err);
    arena_free(sample.arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked_gives_no_limits_on_dockers_surface_and_2048_processes_on_podmans),
        cmocka_unit_test(swap_is_twice_the_memory_unless_given),
        cmocka_unit_test(processors_become_quota_and_period),
        cmocka_unit_test(what_the_kernel_lacks_is_a_warning),
        cmocka_unit_test(devices_are_limited_by_number),
        cmocka_unit_test(a_device_that_is_none_is_refused_where_it_can_be_limited),
        cmocka_unit_test(files_of_a_cgroup_are_limits_of_v2),
        cmocka_unit_test(huge_pages_have_sizes),
        cmocka_unit_test(realtime_and_tcp_are_of_cgroup_v1),
        cmocka_unit_test(limits_that_make_no_sense_are_refused),
        cmocka_unit_test(version_1_is_read_from_files_per_controller),
        cmocka_unit_test(version_2_is_read_from_the_list_of_controllers),
        cmocka_unit_test(process_limits_never_pass_what_may_be_given),
        cmocka_unit_test(configured_limits_are_parsed_and_give_way_to_asked_ones),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
