#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/utsname.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "test/unit/core/oci/sample.h"

static struct sample sample;

/* The filter a profile gives for these capabilities, as a wire struct. */
static const struct oci_seccomp *evaluated(const char *profile, const struct str_list *capabilities)
{
    autoerror *err = NULL;
    autobuf text = BUF(1 << 20);
    if (oci_seccomp(&sample.engine, profile, capabilities, &text, &err) < 0)
        fail_msg("%s", err->message);
    const struct oci_seccomp *made =
        schema_decode(sample.arena, oci_seccomp_schema(), text.data, text.len, SCHEMA_LIMITS, NULL, &err);
    assert_non_null(made);
    return made;
}

/* The only rule for a system call; NULL when none holds. */
static const struct oci_seccomp_rule *rule_of(const struct oci_seccomp *made, const char *name)
{
    const struct oci_seccomp_rule *found = NULL;
    for (size_t i = 0; i < made->syscalls.count; i++)
        if (str_list_has(&made->syscalls.items[i].names, name))
            found = &made->syscalls.items[i];
    return found;
}

static struct str_list list(const char *a, const char *b)
{
    struct str_list made = { 0 };
    if (a)
        str_list_add(sample.arena, &made, a);
    if (b)
        str_list_add(sample.arena, &made, b);
    return made;
}

#define HEAD "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":38,"

static void rules_hold_by_capability(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    const char *profile =
        HEAD "\"syscalls\":["
             "{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":null,\"includes\":{},\"excludes\":{}},"
             "{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
             "{\"names\":[\"both\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_"
             "CHOWN\"]}},"
             "{\"names\":[\"clone\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[{\"index\":0,\"value\":2114060288,"
             "\"valueTwo\":0,\"op\":\"SCMP_CMP_MASKED_EQ\"}],"
             "\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}}]}";
    struct str_list none = list(NULL, NULL), admin = list("CAP_SYS_ADMIN", NULL),
                    two = list("CAP_CHOWN", "CAP_SYS_ADMIN");
    const struct oci_seccomp *made = evaluated(profile, &none);
    assert_int_equal(*made->default_errno_ret, 38);
    assert_non_null(rule_of(made, "read"));
    assert_null(rule_of(made, "mount"));
    assert_int_equal(rule_of(made, "clone")->args.items[0].value, 2114060288);
    made = evaluated(profile, &admin);
    assert_non_null(rule_of(made, "mount"));
    assert_null(rule_of(made, "both"));
    assert_null(rule_of(made, "clone"));
    assert_non_null(rule_of(evaluated(profile, &two), "both"));
}

static void rules_hold_by_kernel_and_architecture(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct str_list none = list(NULL, NULL);
    const struct oci_seccomp *made = evaluated(HEAD "\"syscalls\":["
        "{\"names\":[\"old\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"3.0\"}},"
        "{\"names\":[\"future\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"minKernel\":\"99.1\"}},"
        "{\"names\":[\"not_here\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{\"arches\":[\"vax\"]}},"
        "{\"names\":[\"here\"],\"action\":\"SCMP_ACT_ALLOW\",\"excludes\":{\"arches\":[\"vax\"]}}]}", &none);
    assert_non_null(rule_of(made, "old"));
    assert_null(rule_of(made, "future"));
    assert_null(rule_of(made, "not_here"));
    assert_non_null(rule_of(made, "here"));
}

static void the_hosts_architecture_brings_its_relatives(void **state)
{
    (void)state;
    struct utsname system;
    uname(&system);
    if (strcmp(system.machine, "x86_64"))
        skip();
    sample_new(&sample, "docker");
    struct str_list none = list(NULL, NULL);
    const struct oci_seccomp *made =
        evaluated(HEAD "\"archMap\":["
                       "{\"architecture\":\"SCMP_ARCH_AARCH64\",\"subArchitectures\":[\"SCMP_ARCH_ARM\"]},"
                       "{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":[\"SCMP_ARCH_X86\",\"SCMP_ARCH_"
                       "X32\"]}],\"syscalls\":[]}",
                  &none);
    assert_int_equal(made->architectures.count, 3);
    assert_string_equal(made->architectures.items[0], "SCMP_ARCH_X86_64");
    assert_string_equal(made->architectures.items[2], "SCMP_ARCH_X32");
}

static void errors_may_be_named(void **state)
{
    (void)state;
    sample_new(&sample, "docker");
    struct str_list none = list(NULL, NULL);
    const struct oci_seccomp *made =
        evaluated("{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrno\":\"ENOSYS\",\"syscalls\":["
                  "{\"names\":[\"bpf\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"EPERM\"},"
                  "{\"name\":\"old_style\",\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":22,\"errno\":\"EPERM\"}]}",
                  &none);
    assert_int_equal(*made->default_errno_ret, 38);
    assert_int_equal(*rule_of(made, "bpf")->errno_ret, 1);
    assert_int_equal(*rule_of(made, "old_style")->errno_ret, 22);
}

static void broken_profiles_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "[]",
        "{}",
        HEAD "\"syscalls\":[{\"names\":[\"x\"]}]}",
        HEAD "\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\"}]}",
        HEAD "\"syscalls\":[{\"names\":[\"x\"],\"action\":\"SCMP_ACT_ERRNO\",\"errno\":\"EWHAT\"}]}",
        HEAD "\"architectures\":[\"SCMP_ARCH_X86\"],\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86\"}]}",
    };
    sample_new(&sample, "docker");
    struct str_list none = list(NULL, NULL);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        autoerror *err = NULL;
        autobuf text = BUF(1 << 20);
        assert_int_equal(oci_seccomp(&sample.engine, wrong[i], &none, &text, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
    }
}

static void a_container_gets_the_filter_of_its_own_capabilities(void **state)
{
    (void)state;
    autoerror *err = NULL;
    sample_new(&sample, "docker");
    sample.spec.seccomp = HEAD "\"syscalls\":[{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\",\"includes\":{"
                               "\"caps\":[\"CAP_SYS_ADMIN\"]}}]}";
    assert_int_equal(build_seccomp(&sample.build, &err), 0);
    assert_null(strstr(sample.build.spec.platform.seccomp, "mount"));
    str_list_add(sample.arena, &sample.spec.cap_add, "SYS_ADMIN");
    assert_int_equal(build_seccomp(&sample.build, &err), 0);
    assert_non_null(strstr(sample.build.spec.platform.seccomp, "mount"));
}

static void unconfined_and_privileged_have_no_filter(void **state)
{
    (void)state;
    autoerror *err = NULL;
    sample_new(&sample, "docker");
    sample.spec.seccomp = "unconfined";
    assert_int_equal(build_seccomp(&sample.build, &err), 0);
    assert_null(sample.build.spec.platform.seccomp);
    sample_new(&sample, "docker");
    sample.spec.privileged = true;
    assert_int_equal(build_seccomp(&sample.build, &err), 0);
    assert_null(sample.build.spec.platform.seccomp);
    assert_int_equal(sample.warnings.count, 0);
    sample_new(&sample, "docker"); /* and none installed is worth a warning */
    assert_int_equal(build_seccomp(&sample.build, &err), 0);
    assert_int_equal(sample.warnings.count, 1);
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
        cmocka_unit_test(rules_hold_by_capability),
        cmocka_unit_test(rules_hold_by_kernel_and_architecture),
        cmocka_unit_test(the_hosts_architecture_brings_its_relatives),
        cmocka_unit_test(errors_may_be_named),
        cmocka_unit_test(broken_profiles_are_refused),
        cmocka_unit_test(a_container_gets_the_filter_of_its_own_capabilities),
        cmocka_unit_test(unconfined_and_privileged_have_no_filter),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
