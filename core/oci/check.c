/* What can be refused at create already, without a root file system. */
#include <string.h>

#include "core/base/error.h"
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

int check_spec(const struct build *build, struct error **err)
{
    uint64_t bounding, added;
    if (user_check(str_or(build->ctr->spec->user, ""), err) < 0 || capability_sets(build, &bounding, &added, err) < 0 ||
        check_apparmor(build, err) < 0)
        return -1;
    return check_modes(build, err);
}
