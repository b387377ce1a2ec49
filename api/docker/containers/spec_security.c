#include "api/docker/containers/spec_parts.h"

#include <string.h>

#include "api/types/docker/docker.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/spec.h"

/* "key=value", or "key:value" as it was written long ago; a word alone has no value. */
static const char *split_option(struct arena *arena, const char *option, const char **ret_value)
{
    size_t len = strcspn(option, "=:");
    *ret_value = option[len] ? option + len + 1 : NULL;
    return arena_strndup(arena, option, len);
}

static int invalid_option(const char *option, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "invalid --security-opt: \"%.80s\"", option);
}

static int take_option(struct arena *arena, const char *option, struct container_spec *spec, struct error **err)
{
    const char *value, *key = split_option(arena, option, &value);
    if (!strcmp(key, "no-new-privileges")) {
        if (value && strcmp(value, "true") && strcmp(value, "false"))
            return invalid_option(option, err);
        spec->no_new_privileges = !value || !strcmp(value, "true");
        return 0;
    }
    if (str_empty(value))
        return invalid_option(option, err);
    if (!strcmp(key, "apparmor")) {
        spec->apparmor = value;
        return 0;
    }
    if (!strcmp(key, "seccomp")) { /* "unconfined", or the profile itself: clients send the file's text */
        if (strcmp(value, "unconfined") && strcmp(value, "builtin") && *value != '{')
            return error_set(err, ERROR_INVALID, 0,
                             "opening seccomp profile (%.80s) failed: expected unconfined, builtin or the profile's "
                             "JSON", value);
        spec->seccomp = !strcmp(value, "builtin") ? NULL : value;
        return 0;
    }
    if (!strcmp(key, "label"))
        return unhonoured_label("SecurityOpt: label", value, err);
    return invalid_option(option, err);
}

/* @own: words for a namespace of its own, "a|b"; "container:X" needs a name. */
static int check_mode(const char *kind, const char *mode, const char *own, bool joins, struct error **err)
{
    autoerror *unknown = NULL;
    if (unhonoured_word(kind, mode, own, &unknown) == 0)
        return 0;
    if (joins && str_starts(mode, "container:") && mode[strlen("container:")])
        return 0;
    return error_set(err, ERROR_INVALID, 0, "invalid %s mode: %s", kind, mode);
}

static int translate_namespaces(const struct docker_host_config *host, struct container_spec *spec, struct error **err)
{
    if (check_mode("IPC", host->ipc_mode, "private|shareable|none|host", true, err) < 0 ||
        check_mode("PID", host->pid_mode, "host", true, err) < 0 ||
        check_mode("UTS", host->uts_mode, "host", false, err) < 0 ||
        check_mode("cgroup namespace", host->cgroupns_mode, "private|host", false, err) < 0 ||
        check_mode("user namespace", host->userns_mode, "host", false, err) < 0)
        return -1;
    spec->ipc_mode = str_eq(host->ipc_mode, "private") ? "" : host->ipc_mode;
    spec->pid_mode = host->pid_mode;
    spec->uts_mode = host->uts_mode;
    spec->cgroupns_mode = host->cgroupns_mode;
    return 0;
}

int spec_security(struct arena *arena, const struct docker_host_config *host, struct container_spec *spec,
                  struct error **err)
{
    spec->privileged = host->privileged;
    spec->cap_add = host->cap_add;
    spec->cap_drop = host->cap_drop;
    spec->cap_defaults = "docker";
    spec->readonly_rootfs = host->readonly_rootfs;
    spec->sysctls = host->sysctls;
    spec->security_options = host->security_opt;
    /* An empty list hides nothing, null means the default: only the pointer tells. */
    spec->masked_paths = host->masked_paths;
    spec->masked_paths_set = host->masked_paths.items != NULL;
    spec->readonly_paths = host->readonly_paths;
    spec->readonly_paths_set = host->readonly_paths.items != NULL;
    for (size_t i = 0; i < host->security_opt.count; i++)
        if (take_option(arena, host->security_opt.items[i], spec, err) < 0)
            return -1;
    return translate_namespaces(host, spec, err);
}
