/* Docker's seccomp profile format evaluated into the filter a runtime takes. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/oci/build.h"
#include "core/oci/capabilities.h"

#define PROFILE_MAX (4u << 20)

static const struct arch {
    const char *machine, *go, *seccomp;
} arches[] = {
    { "x86_64", "amd64", "SCMP_ARCH_X86_64" },  { "aarch64", "arm64", "SCMP_ARCH_AARCH64" },
    { "i686", "386", "SCMP_ARCH_X86" },         { "i386", "386", "SCMP_ARCH_X86" },
    { "armv7l", "arm", "SCMP_ARCH_ARM" },       { "armv6l", "arm", "SCMP_ARCH_ARM" },
    { "ppc64le", "ppc64le", "SCMP_ARCH_PPC64LE" }, { "s390x", "s390x", "SCMP_ARCH_S390X" },
    { "riscv64", "riscv64", "SCMP_ARCH_RISCV64" }, { "mips64", "mips64le", "SCMP_ARCH_MIPSEL64" },
};

struct evaluation {
    struct arena *arena;
    const struct str_list *capabilities;
    const struct arch *arch; /* NULL on one we have no name for */
    int kernel[2];
};

static const struct arch *find_arch(const char *machine)
{
    for (size_t i = 0; i < sizeof arches / sizeof *arches; i++)
        if (!strcmp(arches[i].machine, machine))
            return &arches[i];
    return NULL;
}

static bool kernel_is_at_least(const struct evaluation *evaluation, const char *version)
{
    int major, minor = 0;
    if (sscanf(version, "%9d.%9d", &major, &minor) < 1)
        return false;
    return evaluation->kernel[0] > major || (evaluation->kernel[0] == major && evaluation->kernel[1] >= minor);
}

static bool has_arch(const struct evaluation *evaluation, const struct str_list *list)
{
    return evaluation->arch && str_list_has(list, evaluation->arch->go);
}

/* Includes: each kind that is given must hold; of capabilities all must be there. Excludes: none may hold. */
static bool holds(const struct evaluation *evaluation, const struct seccomp_rule *rule)
{
    const struct seccomp_filter *in = &rule->includes, *out = &rule->excludes;
    for (size_t i = 0; i < in->caps.count; i++)
        if (!str_list_has(evaluation->capabilities, in->caps.items[i]))
            return false;
    for (size_t i = 0; i < out->caps.count; i++)
        if (str_list_has(evaluation->capabilities, out->caps.items[i]))
            return false;
    if ((in->arches.count && !has_arch(evaluation, &in->arches)) || has_arch(evaluation, &out->arches))
        return false;
    if (!str_empty(in->min_kernel) && !kernel_is_at_least(evaluation, in->min_kernel))
        return false;
    return str_empty(out->min_kernel) || !kernel_is_at_least(evaluation, out->min_kernel);
}

/* "EPERM" -> 1. containers/common writes names beside or instead of numbers. */
static int errno_by_name(struct arena *arena, const char *name, uint64_t **ret_number, struct error **err)
{
    for (int code = 1; code < 256; code++) {
        const char *known = strerrorname_np(code);
        if (known && !strcmp(known, name)) {
            *ret_number = (uint64_t *)number(arena, code);
            return 0;
        }
    }
    return error_set(err, ERROR_INVALID, 0, "seccomp: unknown error name \"%s\"", name);
}

static int add_rule(const struct evaluation *evaluation, const struct seccomp_rule *rule, struct oci_seccomp *made,
                    struct error **err)
{
    struct oci_seccomp_rule *added = LIST_ADD(evaluation->arena, &made->syscalls);
    added->names = rule->names;
    if (!rule->names.count && !str_empty(rule->name))
        str_list_add(evaluation->arena, &added->names, rule->name);
    if (!added->names.count)
        return error_set(err, ERROR_INVALID, 0, "seccomp: a rule with action %s has no names", rule->action);
    added->action = rule->action;
    added->errno_ret = rule->errno_ret;
    if (!added->errno_ret && !str_empty(rule->error_name) &&
        errno_by_name(evaluation->arena, rule->error_name, &added->errno_ret, err) < 0)
        return -1;
    added->args.items = rule->args.items;
    added->args.count = rule->args.count;
    return 0;
}

static void add_architectures(const struct evaluation *evaluation, const struct seccomp_profile *profile,
                              struct oci_seccomp *made)
{
    made->architectures = profile->architectures;
    for (size_t i = 0; evaluation->arch && i < profile->arch_map.count; i++) {
        const struct seccomp_arch *entry = &profile->arch_map.items[i];
        if (!str_eq(entry->architecture, evaluation->arch->seccomp))
            continue;
        str_list_add(evaluation->arena, &made->architectures, entry->architecture);
        for (size_t j = 0; j < entry->sub_architectures.count; j++)
            str_list_add(evaluation->arena, &made->architectures, entry->sub_architectures.items[j]);
    }
}

static int evaluate(const struct evaluation *evaluation, const struct seccomp_profile *profile,
                    struct oci_seccomp *made, struct error **err)
{
    if (profile->architectures.count && profile->arch_map.count)
        return error_set(err, ERROR_INVALID, 0,
                         "seccomp: 'architectures' and 'archMap' were specified, use either of them");
    made->default_action = profile->default_action;
    made->default_errno_ret = profile->default_errno_ret;
    if (!made->default_errno_ret && !str_empty(profile->default_error_name) &&
        errno_by_name(evaluation->arena, profile->default_error_name, &made->default_errno_ret, err) < 0)
        return -1;
    made->flags = profile->flags;
    made->listener_path = profile->listener_path;
    made->listener_metadata = profile->listener_metadata;
    add_architectures(evaluation, profile, made);
    for (size_t i = 0; i < profile->syscalls.count; i++)
        if (holds(evaluation, &profile->syscalls.items[i]) &&
            add_rule(evaluation, &profile->syscalls.items[i], made, err) < 0)
            return -1;
    return 0;
}

int oci_seccomp(struct engine *engine, const char *profile_json, const struct str_list *capabilities, struct buf *out,
                struct error **err)
{
    autofree char *file = NULL;
    const char *name = "the seccomp profile given";
    if (!profile_json) {
        name = engine->config->seccomp_profile;
        file = path_read(name, PROFILE_MAX, NULL, err);
        if (!file)
            return error_wrap(err, "seccomp");
        profile_json = file;
    }
    autoarena *arena = arena_new();
    const struct schema_limits limits = { .max_bytes = PROFILE_MAX, .max_depth = 16 };
    const struct seccomp_profile *profile =
        schema_decode(arena, seccomp_profile_schema(), profile_json, strlen(profile_json), limits, NULL, err);
    if (!profile)
        return error_wrap(err, "decoding %s", name);
    struct utsname system;
    uname(&system);
    struct evaluation evaluation = { .arena = arena, .capabilities = capabilities, .arch = find_arch(system.machine) };
    sscanf(system.release, "%9d.%9d", &evaluation.kernel[0], &evaluation.kernel[1]);
    struct oci_seccomp made = { 0 };
    if (evaluate(&evaluation, profile, &made, err) < 0)
        return -1;
    schema_encode(out, oci_seccomp_schema(), &made, SCHEMA_NEWEST);
    return 0;
}

int build_seccomp(struct build *build, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    const char *profile = str_empty(spec->seccomp) ? NULL : spec->seccomp;
    if (str_eq(profile, "unconfined") || (spec->privileged && !profile))
        return 0;
    if (!profile && str_empty(build->engine->config->seccomp_profile)) {
        build_warn(build, "no seccomp profile is installed (containers-common has one): system calls are not filtered");
        return 0;
    }
    uint64_t bounding, added;
    if (capability_sets(build, &bounding, &added, err) < 0)
        return -1;
    struct str_list names = capability_names(build->arena, bounding);
    autobuf text = BUF(PROFILE_MAX);
    if (oci_seccomp(build->engine, profile, &names, &text, err) < 0)
        return -1;
    build->spec.platform.seccomp = arena_strndup(build->arena, buf_text(&text), text.len);
    return 0;
}
