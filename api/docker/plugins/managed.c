#include "api/docker/plugins/managed.h"

#include "core/base/error.h"

int docker_no_plugin(const char *name, struct error **err)
{
    return error_set_about(err, ERROR_NOT_FOUND, "plugin", name, "plugin \"%s\" not found", name);
}

int docker_no_plugins(struct call *call, struct error **err)
{
    (void)call;
    return error_set(err, ERROR_UNSUPPORTED, 0, "managed plugins are not supported: this engine neither fetches nor runs any");
}
