#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/oci/capabilities.h"
#include "test/unit/core/oci/sample.h"

static struct sample sample;

static void add(struct str_list *list, const char *name)
{
    str_list_add(sample.arena, list, name);
}

static struct oci_capabilities filled(int64_t uid, bool privileged)
{
    autoerror *err = NULL;
    struct oci_capabilities caps = { 0 };
    if (capability_fill(&sample.build, uid, privileged, &caps, &err) < 0)
        fail_msg("%s", err->message);
    return caps;
}

static void dockers_default_has_14_and_podmans_11(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct oci_capabilities caps = filled(0, false);
    assert_int_equal(caps.bounding.count, 14);
    assert_int_equal(caps.effective.count, 14);
    assert_int_equal(caps.inheritable.count, 0);
    assert_true(str_list_has(&caps.bounding, "CAP_NET_RAW"));
    sample_new(&sample, "podman");
    caps = filled(0, false);
    assert_int_equal(caps.bounding.count, 11);
    assert_false(str_list_has(&caps.bounding, "CAP_NET_RAW"));
}

static void adding_and_dropping_go_by_any_spelling(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    add(&sample.spec.cap_add, "net_admin");
    add(&sample.spec.cap_drop, "CAP_MKNOD");
    struct oci_capabilities caps = filled(0, false);
    assert_int_equal(caps.bounding.count, 14);
    assert_true(str_list_has(&caps.bounding, "CAP_NET_ADMIN"));
    assert_false(str_list_has(&caps.bounding, "CAP_MKNOD"));
}

static void all_means_all_in_each_place(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    add(&sample.spec.cap_drop, "ALL");
    assert_int_equal(filled(0, false).bounding.count, 0);
    add(&sample.spec.cap_add, "CHOWN");
    assert_int_equal(filled(0, false).bounding.count, 1);
    sample_new(&sample, "docker");
    add(&sample.spec.cap_add, "all");
    add(&sample.spec.cap_drop, "SYS_ADMIN");
    struct oci_capabilities caps = filled(0, false);
    assert_int_equal(caps.bounding.count, 40);
    assert_false(str_list_has(&caps.bounding, "CAP_SYS_ADMIN"));
    sample_new(&sample, "docker");
    sample.spec.privileged = true;
    assert_int_equal(filled(0, false).effective.count, 41);
}

static void users_other_than_root_have_none_in_force(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    add(&sample.spec.cap_add, "NET_ADMIN");
    struct oci_capabilities caps = filled(1000, false);
    assert_int_equal(caps.bounding.count, 15);
    assert_int_equal(caps.effective.count, 0);
    assert_int_equal(caps.permitted.count, 0);
    sample_new(&sample, "podman");
    add(&sample.spec.cap_add, "NET_ADMIN");
    caps = filled(1000, false);
    assert_int_equal(caps.effective.count, 1);
    assert_string_equal(caps.ambient.items[0], "CAP_NET_ADMIN");
}

static void a_privileged_exec_has_all(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    assert_int_equal(filled(0, true).effective.count, 41);
}

static void what_the_engine_lacks_is_left_out_with_a_warning(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    sample.build.machine.capabilities &= ~(UINT64_C(1) << capability_number("SYS_RESOURCE"));
    assert_false(str_list_has(&(struct str_list){ filled(0, false).bounding.items, 14 }, "CAP_SYS_RESOURCE"));
    assert_int_equal(sample.warnings.count, 0);
    add(&sample.spec.cap_add, "SYS_RESOURCE");
    assert_int_equal(filled(0, false).bounding.count, 14);
    assert_int_equal(sample.warnings.count, 1);
    assert_non_null(strstr(sample.warnings.items[0], "CAP_SYS_RESOURCE"));
}

static void an_unknown_name_is_refused(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct oci_capabilities caps = { 0 };
    sample_new(&sample, "docker");
    add(&sample.spec.cap_drop, "CAP_FLY");
    assert_int_equal(capability_fill(&sample.build, 0, false, &caps, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_non_null(strstr(err->message, "capDrop: unknown capability \"CAP_FLY\""));
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
        cmocka_unit_test(dockers_default_has_14_and_podmans_11),
        cmocka_unit_test(adding_and_dropping_go_by_any_spelling),
        cmocka_unit_test(all_means_all_in_each_place),
        cmocka_unit_test(users_other_than_root_have_none_in_force),
        cmocka_unit_test(a_privileged_exec_has_all),
        cmocka_unit_test(what_the_engine_lacks_is_left_out_with_a_warning),
        cmocka_unit_test(an_unknown_name_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
