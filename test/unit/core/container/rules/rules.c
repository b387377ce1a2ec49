/* Every member of a specification is either looked at by the body rules or known to be harmless: whoever adds one says
 * which, here and in core/container/rules/rules.c. */
#include "core/container/rules/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/schema/schema.h"

static const char *const looked_at[] = {
    /* container_spec */
    "mounts", "volumesFrom", "required", "networkMode", "networks", "pidMode", "ipcMode", "utsMode", "cgroupnsMode", "cgroupParent", "privileged",
    "capAdd", "seccomp", "apparmor", "maskedPathsSet", "readonlyPathsSet", "securityOptions", "sysctls", "devices", "deviceCgroupRules",
    "logOptions", "rootfs", "annotations", "labels", "secrets", "secretEnv",
    "volumeDriver", "envHost", "envProxies", "unmask", "initPath", "baseHosts", "rootPropagation",
    /* container_mount */
    "type", "source", "options", "beneath", "driver", "driverOptions", NULL,
};
static const char *const harmless[] = {
    /* container_spec: what runs, as whom, in its own world */
    "name", "image", "command", "entrypoint", "entrypointSet", "env", "workdir", "user", "groups", "hostname", "domainname", "tty", "openStdin",
    "stdinOnce", "attachStdin", "attachStdout", "attachStderr", "init", "autoRemove", "autoRemoveImage", "restartPolicy", "restartMax",
    "stopSignal", "stopTimeout", "ports", "expose", "publishAll", "dns", "dnsSearch", "dnsOptions", "extraHosts", "noHosts", "capDrop",
    "capDefaults", "noNewPrivileges", "readonlyRootfs", "readonlyTmpfs", "shmSize", "ulimits", "resources", "runtime", "logDriver", "health",
    "healthShell", "startupHealth", "healthAction", "healthLogCount", "healthLogSize",
    "umask", "timezone", "timeout", "createCommand", "dockerBinds", "dockerTmpfs", "dockerVolumes", "consoleSize",
    "uidMaps", "gidMaps", "mask", "procOptions", "personality", "envCleared", "envMerge", "imageVolumes",
    "dockerNetworkMode", "networksSet", "noHostname", "noResolv",
    /* without the *_set flags nobody looks at these */
    "maskedPaths", "readonlyPaths",
    /* container_mount: where in the container */
    "target", "readonly", "subpath", "nocopy", "anonymous", "createSource", "imageId", "overlay", "readonlyRecursive", "rootfsOverlay", "usernsAuto", "usernsAutoSize", NULL,
};

static bool is_in(const char *const *list, const char *key)
{
    while (*list && strcmp(*list, key))
        list++;
    return *list != NULL;
}

static void check_members(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++) {
        const char *key = schema->fields[i].key;
        if (is_in(looked_at, key) == is_in(harmless, key))
            fail_msg("%s.%s: nobody said whether a client that is not allowed everything may set it", schema->name, key);
    }
}

static void every_member_is_looked_at_or_harmless(void **state)
{
    (void)state;
    check_members(container_spec_schema());
    check_members(container_mount_schema());
}

static void refuses(const struct container_rules *rules, struct container_spec spec, const char *words)
{
    autoerror *err = NULL;
    autoarena *arena = arena_new();
    int rc = container_rules_admit(NULL, arena, rules, &spec, &err);
    if (!words) {
        if (rc < 0)
            fail_msg("refused: %s", err->message);
        return;
    }
    if (rc == 0)
        fail_msg("admitted, without a word of %s", words);
    assert_int_equal(err->kind, ERROR_FORBIDDEN);
    if (!strstr(err->message, words) || strncmp(err->message, "policy of socket s: rules.", 26))
        fail_msg("\"%s\" does not say %s", err->message, words);
}

#define TEXTS(...) { .items = (const char *[]){ __VA_ARGS__ }, .count = sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(const char *) }

static void without_a_word_nothing_is_allowed(void **state)
{
    (void)state;
    static const struct container_rules rules = { .whose = "policy of socket s" };
    struct str_pair pair = { "kernel.shm_rmid_forced", "1" };
    refuses(&rules, (struct container_spec){ .image = "x", .network_mode = "bridge", .ipc_mode = "shareable", .cap_drop = TEXTS("ALL") }, NULL);
    refuses(&rules, (struct container_spec){ .privileged = true }, "rules.privileged");
    refuses(&rules, (struct container_spec){ .network_mode = "host" }, "host's network");
    refuses(&rules, (struct container_spec){ .pid_mode = "ns:/proc/1/ns/pid" }, "\"ns:/proc/1/ns/pid\"");
    refuses(&rules, (struct container_spec){ .uts_mode = "HOST" }, "host-namespaces"); /* whatever is not known */
    refuses(&rules, (struct container_spec){ .cap_add = TEXTS("NET_ADMIN") }, "NET_ADMIN");
    refuses(&rules, (struct container_spec){ .security_options = TEXTS("no-new-privileges") }, NULL);
    refuses(&rules, (struct container_spec){ .security_options = TEXTS("label=disable") }, "label=disable");
    refuses(&rules, (struct container_spec){ .masked_paths_set = true }, "security-options");
    refuses(&rules, (struct container_spec){ .sysctls = { &pair, 1 } }, "kernel.shm_rmid_forced");
    refuses(&rules, (struct container_spec){ .secrets = { &(struct container_secret){ .name = "key" }, 1 } }, "\"key\"");
    refuses(&rules, (struct container_spec){ .secret_env = { &(struct str_pair){ "KEY", "key" }, 1 } }, "\"key\"");
    refuses(&rules, (struct container_spec){ .rootfs = "/" }, "rules.binds");
    refuses(&rules, (struct container_spec){ .init_path = "/bin/sh" }, "rules.binds");
    refuses(&rules, (struct container_spec){ .base_hosts = "/etc/shadow" }, "rules.binds");
    refuses(&rules, (struct container_spec){ .base_hosts = "none" }, NULL);
    refuses(&rules, (struct container_spec){ .root_propagation = "rshared" }, "rules.binds");
    refuses(&rules, (struct container_spec){ .root_propagation = "rslave" }, NULL);
    refuses(&rules, (struct container_spec){ .env_host = true }, "the server's environment");
    refuses(&rules, (struct container_spec){ .unmask = TEXTS("/proc/kcore") }, "security-options");
    refuses(&rules, (struct container_spec){ .log_options = { &(struct str_pair){ "path", "/etc/x" }, 1 } }, "\"path\"");
    refuses(&rules, (struct container_spec){ .log_options = { &(struct str_pair){ "max-size", "1m" }, 1 } }, NULL);
    refuses(&rules, (struct container_spec){ .annotations = { &(struct str_pair){ "run.oci.handler", "krun" }, 1 } }, "run.oci.handler");
}

static void mounts_have_harmless_types_and_options(void **state)
{
    (void)state;
    const struct container_rules rules = { .whose = "policy of socket s", .binds = TEXTS("/tmp") };
    static const char *const options[] = { "shared", "rshared", "unbindable", "U", "O", "idmap", "idmap=x", "upperdir=/x", "copy-symlink", "dev" };
    struct container_mount mount = { .type = "bind", .source = "/tmp", .target = "/t", .beneath = "/" };
    struct container_spec spec = { .mounts = { &mount, 1 } };
    refuses(&rules, spec, NULL);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        mount.options = (struct str_list)TEXTS(options[i]);
        refuses(&rules, spec, options[i]);
    }
    mount.options = (struct str_list){ 0 };
    static const char *const sources[] = { "/tmpx", "/", "/tmp/../etc", "//etc", "/tmp/a/../../etc" };
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        mount.source = sources[i];
        refuses(&rules, spec, "is in none of [/tmp]");
    }
    mount = (struct container_mount){ .type = "image", .source = "x", .target = "/t" };
    refuses(&rules, spec, NULL);
    mount = (struct container_mount){ .type = "bind", .source = "/tmp/x", .target = "/t", .overlay = true };
    refuses(&rules, spec, NULL);
    mount.source = "/etc";
    refuses(&rules, spec, "is in none of [/tmp]");
    mount = (struct container_mount){ .type = "overlay", .source = "x", .target = "/t" };
    refuses(&rules, spec, "\"overlay\"");
    struct str_pair device[] = { { "type", "none" }, { "device", "/" }, { "o", "bind" } };
    mount = (struct container_mount){ .type = "volume", .target = "/t", .driver_options = { device, 3 } };
    refuses(&rules, spec, "is \"/\" of the host");
    mount.driver_options = (struct str_map){ &(struct str_pair){ "type", "tmpfs" }, 1 };
    refuses(&rules, spec, NULL);
    mount = (struct container_mount){ .type = "volume", .target = "/t", .driver = "image" };
    refuses(&rules, spec, "the driver \"image\"");
    refuses(&rules, (struct container_spec){ .volume_driver = "image" }, "the driver \"image\"");
}

static void labels_cover_when_all_are_there(void **state)
{
    (void)state;
    struct str_pair wanted[] = { { "team", "blue" }, { "owner", NULL } };
    const struct container_rules rules = { .labels = { wanted, 2 } };
    struct str_pair has[] = { { "owner", "" }, { "team", "blue" }, { "x", "y" } };
    assert_true(container_rules_cover(&rules, &(struct str_map){ has, 3 }));
    assert_false(container_rules_cover(&rules, &(struct str_map){ has, 1 }));
    assert_false(container_rules_cover(&rules, &(struct str_map){ 0 }));
    has[1].value = "blue ";
    assert_false(container_rules_cover(&rules, &(struct str_map){ has, 3 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_is_looked_at_or_harmless),
        cmocka_unit_test(without_a_word_nothing_is_allowed),
        cmocka_unit_test(mounts_have_harmless_types_and_options),
        cmocka_unit_test(labels_cover_when_all_are_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
