/* What a cgroup's files say, of both versions. */
#include "core/container/usage/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/usage/stats_parts.h"

static char root[] = "/tmp/stats.XXXXXX";

static int make_root(void **state)
{
    (void)state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state)
{
    (void)state;
    autoerror *err = NULL;
    return path_remove_tree(root, &err);
}

static void put(const char *dir, const char *name, const char *text)
{
    char path[256];
    autoerror *err = NULL;
    snprintf(path, sizeof path, "%s/%s", root, dir);
    assert_int_equal(path_mkdirs(path, 0700, &err), 0);
    snprintf(path, sizeof path, "%s/%s/%s", root, dir, name);
    assert_int_equal(path_write_inplace(path, text, strlen(text), 0600, &err), 0);
}

static void version_2_is_read(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const struct usage_files files = { root, "/coracle/two", true };
    struct container_stats stats;
    put("coracle/two", "cpu.stat", "usage_usec 5000\nuser_usec 3000\nsystem_usec 2000\nnr_periods 7\nnr_throttled 3\nthrottled_usec 11\n");
    put("coracle/two", "memory.current", "4096000\n");
    put("coracle/two", "memory.max", "max\n");
    put("coracle/two", "memory.stat", "anon 100\nfile 2000\ninactive_file 96000\n");
    put("coracle/two", "pids.current", "4\n");
    put("coracle/two", "pids.max", "max\n");
    put("coracle/two", "io.stat", "8:0 rbytes=10 wbytes=20 rios=1 wios=2 dbytes=0 dios=0\n8:16 rbytes=5 wbytes=6 rios=7 wios=8 dbytes=0 dios=0\n");
    stats_read(arena, &files, &stats);
    usage_read(&files, &stats.usage);
    assert_int_equal(stats.usage.cpu_ns, 5000000);
    assert_int_equal(stats.usage.cpu_user_ns, 3000000);
    assert_int_equal(stats.usage.cpu_system_ns, 2000000);
    assert_int_equal(stats.periods, 7);
    assert_int_equal(stats.throttled_periods, 3);
    assert_int_equal(stats.throttled_ns, 11000);
    assert_int_equal(stats.cpu_count, 0);
    assert_int_equal(stats.usage.memory_bytes, 4096000);
    assert_int_equal(stats.usage.memory_limit_bytes, -1);
    assert_int_equal(stats_memory_used(&stats), 4000000);
    assert_int_equal(stats_memory_limit(&stats), stats.memory_total_bytes);
    assert_int_equal(stats.memory_max_bytes, -1);
    assert_int_equal(stats.memory.count, 3);
    assert_string_equal(stats.memory.items[2].key, "inactive_file");
    assert_int_equal(stats.memory.items[2].value, 96000);
    assert_int_equal(stats.usage.pids, 4);
    assert_int_equal(stats.pids_limit, -1);
    assert_int_equal(stats.usage.read_bytes, 15);
    assert_int_equal(stats.io_bytes.count, 4);
    assert_int_equal(stats.io_bytes.items[3].minor, 16);
    assert_string_equal(stats.io_bytes.items[3].operation, "write");
    assert_int_equal(stats.io_bytes.items[3].value, 6);
    assert_int_equal(stats.io_operations.items[2].value, 7);
}

static void version_1_is_read(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const struct usage_files files = { root, "/coracle/one", false };
    struct container_stats stats;
    put("cpuacct/coracle/one", "cpuacct.usage", "5000000\n");
    put("cpuacct/coracle/one", "cpuacct.usage_percpu", "3000000 2000000 \n");
    put("cpu/coracle/one", "cpu.stat", "nr_periods 7\nnr_throttled 3\nthrottled_time 11\n");
    put("memory/coracle/one", "memory.usage_in_bytes", "4096000\n");
    put("memory/coracle/one", "memory.limit_in_bytes", "8000000\n");
    put("memory/coracle/one", "memory.max_usage_in_bytes", "5000000\n");
    put("memory/coracle/one", "memory.stat", "cache 1\ntotal_inactive_file 96000\n");
    put("pids/coracle/one", "pids.current", "4\n");
    put("pids/coracle/one", "pids.max", "77\n");
    put("blkio/coracle/one", "blkio.throttle.io_service_bytes_recursive", "8:0 Read 10\n8:0 Write 20\n8:0 Total 30\nTotal 30\n");
    stats_read(arena, &files, &stats);
    usage_read(&files, &stats.usage);
    assert_int_equal(stats.usage.cpu_ns, 5000000);
    assert_int_equal(stats.cpu_count, 2);
    assert_int_equal(stats.per_cpu_ns[1], 2000000);
    assert_int_equal(stats.throttled_ns, 11);
    assert_int_equal(stats.memory_max_bytes, 5000000);
    assert_int_equal(stats_memory_used(&stats), 4000000);
    assert_int_equal(stats_memory_limit(&stats), 8000000);
    assert_int_equal(stats.pids_limit, 77);
    assert_int_equal(stats.io_bytes.count, 3);
    assert_string_equal(stats.io_bytes.items[0].operation, "read");
    assert_int_equal(stats.io_bytes.items[1].value, 20);
    assert_int_equal(stats.io_operations.count, 0);
}

static void what_is_not_there_is_not_told(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    const struct usage_files files = { root, "/coracle/nosuch", true };
    struct container_stats stats;
    stats_read(arena, &files, &stats);
    usage_read(&files, &stats.usage);
    assert_int_equal(stats.usage.cpu_ns, -1);
    assert_int_equal(stats.periods, -1);
    assert_int_equal(stats.pids_limit, -1);
    assert_int_equal(stats.memory.count, 0);
    assert_int_equal(stats.io_bytes.count, 0);
    assert_int_equal(stats_memory_used(&stats), 0);
    assert_true(stats.system_cpu_ns > 0 && stats.online_cpus > 0 && stats.memory_total_bytes > 0); /* those are the machine's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_2_is_read),
        cmocka_unit_test(version_1_is_read),
        cmocka_unit_test(what_is_not_there_is_not_told),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
