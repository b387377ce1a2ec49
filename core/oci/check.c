/* What can be refused at create already, without a root file system. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/oci/build.h"
#include "core/oci/capabilities.h"
#include "core/oci/user.h"

static int check_apparmor(const struct build *build, struct error **err)
{
    const char *profile = build->ctr->spec->apparmor;
    if (build->machine.apparmor || str_empty(profile) || mode_is(profile, "unconfined"))
        return 0;
    return error_set(err, ERROR_INVALID, 0,
                     "apparmor: profile \"%s\" was given, but AppArmor is not enabled on this machine", profile);
}

static int check_modes(const struct build *build, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    if (!str_empty(spec->cgroupns_mode) && strcmp(spec->cgroupns_mode, "private") &&
        strcmp(spec->cgroupns_mode, "host"))
        return error_set(err, ERROR_INVALID, 0, "cgroupnsMode: \"%s\" is not valid: expected private or host",
                         spec->cgroupns_mode);
    if (!str_empty(spec->stop_signal) && oci_signal(spec->stop_signal) < 0)
        return error_set(err, ERROR_INVALID, 0, "stopSignal: Invalid signal: %s", spec->stop_signal);
    if (!str_empty(spec->workdir) && *spec->workdir != '/')
        return error_set(err, ERROR_INVALID, 0,
                         "the working directory '%s' is invalid, it needs to be an absolute path", spec->workdir);
    return 0;
}

/* Of the mount of /proc only what shows less of it. */
static int check_proc_options(const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->proc_options.count; i++) {
        const char *option = spec->proc_options.items[i];
        if (!str_starts(option, "hidepid=") && !str_starts(option, "gid=") && !str_starts(option, "subset="))
            return error_set(err, ERROR_INVALID, 0, "procfs_opts: \"%.80s\" is not supported: expected hidepid=, gid= or subset=", option);
    }
    return 0;
}

static int check_paths(const struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < spec->mask.count; i++)
        if (*spec->mask.items[i] != '/')
            return error_set(err, ERROR_INVALID, 0, "mask: \"%.80s\" is not an absolute path", spec->mask.items[i]);
    for (size_t i = 0; i < spec->unmask.count; i++)
        if (*spec->unmask.items[i] != '/' && strcasecmp(spec->unmask.items[i], "all"))
            return error_set(err, ERROR_INVALID, 0, "unmask: \"%.80s\" is neither an absolute path nor ALL", spec->unmask.items[i]);
    if (!str_empty(spec->init_path) && (*spec->init_path != '/' || access(spec->init_path, X_OK) < 0))
        return error_set(err, ERROR_INVALID, 0, "init_path: \"%.80s\" is not the absolute path of a program", spec->init_path);
    const char *hosts = str_or(spec->base_hosts, "none");
    if (strcmp(hosts, "none") && (*hosts != '/' || !path_exists(hosts)))
        return error_set(err, ERROR_INVALID, 0, "base_hosts_file: \"%.80s\" is not valid: expected the absolute path of a file, or none", hosts);
    return 0;
}

int check_spec(const struct build *build, struct error **err)
{
    uint64_t bounding, added;
    if (user_check(str_or(build->ctr->spec->user, ""), err) < 0 || capability_sets(build, &bounding, &added, err) < 0 ||
        check_apparmor(build, err) < 0 || check_proc_options(build->ctr->spec, err) < 0 || check_paths(build->ctr->spec, err) < 0)
        return -1;
    return check_modes(build, err);
}
