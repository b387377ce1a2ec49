/* The interfaces this service speaks, with their errors. */
#include <string.h>

#include "api/types/varlink/varlink.h"
#include "api/varlink/interface.h"
#include "core/base/error.h"

static int fail_service(struct varlink_call *call, const struct error *failure, struct error **err)
{
    const struct varlink_reason reason = { failure->message };
    if (failure->kind == ERROR_FORBIDDEN)
        return varlink_reply_error(call, "org.varlink.service.PermissionDenied", varlink_reason_schema(), &reason, err);
    const struct varlink_parameter parameter = { failure->message };
    return varlink_reply_error(call, "org.varlink.service.InvalidParameter", varlink_parameter_schema(), &parameter, err);
}

static bool is_about(const struct error *failure, const char *noun)
{
    return failure->kind == ERROR_NOT_FOUND && failure->noun && !strcmp(failure->noun, noun);
}

static int fail_atomic(struct varlink_call *call, const struct error *failure, struct error **err)
{
    const struct atomic_name name = { failure->name };
    const struct varlink_reason reason = { failure->message };
    if (is_about(failure, "image"))
        return varlink_reply_error(call, "io.projectatomic.podman.ImageNotFound", atomic_name_schema(), &name, err);
    if (is_about(failure, "container"))
        return varlink_reply_error(call, "io.projectatomic.podman.ContainerNotFound", atomic_name_schema(), &name, err);
    return varlink_reply_error(call, "io.projectatomic.podman.ErrorOccurred", varlink_reason_schema(), &reason, err);
}

static int fail_podman(struct varlink_call *call, const struct error *failure, struct error **err)
{
    const struct podman_not_found missing = { failure->name, failure->message };
    const struct varlink_reason reason = { failure->message };
    if (is_about(failure, "image"))
        return varlink_reply_error(call, "io.podman.ImageNotFound", podman_not_found_schema(), &missing, err);
    if (is_about(failure, "container"))
        return varlink_reply_error(call, "io.podman.ContainerNotFound", podman_not_found_schema(), &missing, err);
    if (is_about(failure, "volume"))
        return varlink_reply_error(call, "io.podman.VolumeNotFound", podman_not_found_schema(), &missing, err);
    if (failure->kind == ERROR_CONFLICT && str_eq(failure->noun, "container"))
        return varlink_reply_error(call, "io.podman.InvalidState", podman_not_found_schema(), &missing, err);
    return varlink_reply_error(call, "io.podman.ErrorOccurred", varlink_reason_schema(), &reason, err);
}

static const struct varlink_method *const service_tables[] = { service_methods, NULL };
static const struct varlink_method *const atomic_tables[] = { atomic_system_methods, atomic_images_methods, NULL };
static const struct varlink_method *const podman_tables[] = { podman_system_methods, podman_images_methods, NULL };

static const struct varlink_error service_errors[] = {
    { "InterfaceNotFound", "The interface is not spoken here.", varlink_interface_name_schema },
    { "MethodNotFound", "The interface has no such method.", varlink_method_name_schema },
    { "MethodNotImplemented", "The method is declared and does nothing here.", varlink_method_name_schema },
    { "InvalidParameter", "A parameter is missing or of the wrong type.", varlink_parameter_schema },
    { "PermissionDenied", "The policy of the socket does not allow the call.", varlink_reason_schema },
    { 0 },
};
static const struct varlink_error atomic_errors[] = {
    { "ImageNotFound", "There is no such image.", atomic_name_schema },
    { "ContainerNotFound", "There is no such container.", atomic_name_schema },
    { "ErrorOccurred", "Something else went wrong.", varlink_reason_schema },
    { "RuntimeError", "The container runtime failed.", varlink_reason_schema },
    { 0 },
};
static const struct varlink_error podman_errors[] = {
    { "ImageNotFound", "There is no such image.", podman_not_found_schema },
    { "ContainerNotFound", "There is no such container.", podman_not_found_schema },
    { "NoContainerRunning", "No container runs.", NULL },
    { "PodNotFound", "There is no such pod.", podman_pod_not_found_schema },
    { "VolumeNotFound", "There is no such volume.", podman_not_found_schema },
    { "PodContainerError", "Containers of a pod failed.", podman_pod_failed_schema },
    { "NoContainersInPod", "The pod has no containers.", podman_empty_pod_schema },
    { "InvalidState", "The container's state does not allow it.", podman_not_found_schema },
    { "ErrorOccurred", "Something else went wrong.", varlink_reason_schema },
    { "RuntimeError", "The container runtime failed.", varlink_reason_schema },
    { "WantsMoreRequired", "The method streams: call it with more.", varlink_reason_schema },
    { "ErrCtrStopped", "The container does not run.", podman_stopped_schema },
    { "ErrRequiresCgroupsV2ForRootless", "Without root it needs cgroups v2.", varlink_reason_schema },
    { 0 },
};

static const struct varlink_interface service = {
    "org.varlink.service", "What every varlink service answers.", service_tables, service_errors, fail_service,
};
static const struct varlink_interface atomic = {
    "io.projectatomic.podman", "Containers and images, as podman spoke in 2018.", atomic_tables, atomic_errors, fail_atomic,
};
static const struct varlink_interface podman = {
    "io.podman", "Containers and images, as podman 1.9 spoke.", podman_tables, podman_errors, fail_podman,
};

const struct varlink_interface *const varlink_interfaces[] = { &service, &atomic, &podman, NULL };
