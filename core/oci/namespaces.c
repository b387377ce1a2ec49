#include <string.h>

#include "core/base/error.h"
#include "core/oci/build.h"

static void add(struct build *build, const char *type, const char *path)
{
    *LIST_ADD(build->arena, &build->spec.platform.namespaces) = (struct oci_namespace){ .type = type, .path = path };
}

/* "host", "container:x" (the place has its path), "ns:PATH", or private. */
static int add_by_mode(struct build *build, const char *type, const char *mode, const char *other, struct error **err)
{
    mode = str_or(mode, "");
    if (!strcmp(mode, "host"))
        return 0;
    if (str_starts(mode, "ns:")) {
        if (mode[3] != '/')
            return error_set(err, ERROR_INVALID, 0, "%sMode: \"%s\" is not valid: expected ns:/absolute/path", type,
                             mode);
        add(build, type, mode + 3);
        return 0;
    }
    if (str_starts(mode, "container:") && !other)
        return error_set(err, ERROR_CONFLICT, 0, "cannot join the %s namespace of %s: it is not running", type,
                         mode + 10);
    add(build, type, str_starts(mode, "container:") ? other : NULL);
    return 0;
}

static int add_network(struct build *build, struct error **err)
{
    const char *path = build->place->netns_path, *mode = str_or(build->ctr->spec->network_mode, "");
    if (str_starts(mode, "ns:"))
        return add_by_mode(build, "network", mode, NULL, err);
    if (!strcmp(mode, "host"))
        return 0;
    if (str_starts(mode, "container:"))
        return str_empty(path) ? add_by_mode(build, "network", mode, NULL, err)
                               : add_by_mode(build, "network", mode, path, err);
    add(build, "network", str_empty(path) ? NULL : path);
    return 0;
}

/* The runtimes want to know the mapping of a namespace that they join, too. */
static void add_user(struct build *build)
{
    const struct container_spec *spec = build->ctr->spec;
    struct oci_linux *platform = &build->spec.platform;
    if (!spec->uid_maps.count)
        return;
    add(build, "user", build->place->user_ns);
    for (size_t i = 0; i < spec->uid_maps.count; i++)
        *LIST_ADD(build->arena, &platform->uid_mappings) = (struct oci_id_map){
            spec->uid_maps.items[i].container, spec->uid_maps.items[i].host, spec->uid_maps.items[i].size };
    for (size_t i = 0; i < spec->gid_maps.count; i++)
        *LIST_ADD(build->arena, &platform->gid_mappings) = (struct oci_id_map){
            spec->gid_maps.items[i].container, spec->gid_maps.items[i].host, spec->gid_maps.items[i].size };
}

int build_namespaces(struct build *build, struct error **err)
{
    const struct container_spec *spec = build->ctr->spec;
    const struct oci_place *place = build->place;
    if (add_by_mode(build, "pid", spec->pid_mode, place->other_pid_ns, err) < 0 || add_network(build, err) < 0 ||
        add_by_mode(build, "ipc", spec->ipc_mode, place->other_ipc_ns, err) < 0 ||
        add_by_mode(build, "uts", spec->uts_mode, place->other_uts_ns, err) < 0)
        return -1;
    add_user(build);
    add(build, "mount", NULL);
    if (mode_is(spec->cgroupns_mode, "private") ||
        (build->machine.v2 && !mode_is(spec->cgroupns_mode, "host") && !spec->privileged))
        add(build, "cgroup", NULL);
    return 0;
}
