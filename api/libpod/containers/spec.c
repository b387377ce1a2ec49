#include "api/libpod/containers/spec.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/libpod/containers/health.h"
#include "api/types/libpod/libpod.h"
#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/spec.h"

#define SECCOMP_MAX_BYTES (1 << 20)

static bool is_auto(const struct libpod_spec *body)
{
    return body->id_mappings.auto_userns || str_eq(body->userns.mode, "auto");
}

static int check_unhonoured(const struct libpod_spec *body, struct error **err)
{
    if (unhonoured_refuse(libpod_spec_schema(), body, "", NULL, err) < 0 ||
        unhonoured_refuse(libpod_log_config_schema(), &body->log, "log_configuration.", NULL, err) < 0)
        return -1;
    for (size_t i = 0; i < body->mounts.count; i++)
        if (unhonoured_refuse(libpod_mount_schema(), &body->mounts.items[i], "mounts.", NULL, err) < 0)
            return -1;
    if (!is_auto(body))
        return 0;
    return unhonoured_refuse(libpod_auto_userns_schema(), &body->id_mappings.auto_options, "idmappings.AutoUserNsOpts.", NULL, err);
}

/* Words that name one behaviour we have and others we have not. */
static int check_words(const struct libpod_spec *body, struct error **err)
{
    const struct {
        const char *field, *value, *accepted;
    } words[] = {
        { "image_volume_mode", body->image_volume_mode, "anonymous|ignore|tmpfs|bind" }, /* bind: podman's old word for anonymous */
        { "cgroups_mode", body->cgroups_mode, "enabled" },
        { "seccomp_policy", body->seccomp_policy, "default|image" },
        { "systemd", body->systemd, "true|false" },
        { "sdnotifyMode", body->sdnotify_mode, "container|conmon|ignore" },
        { "userns.nsmode", body->userns.mode, "host|default|private|auto" },
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (unhonoured_word(words[i].field, words[i].value, words[i].accepted, err) < 0)
            return -1;
    if (body->personality && body->personality->flags.count)
        return unhonoured_value("personality.flags", body->personality->flags.items[0], "none", err);
    if (str_list_has(&body->groups, "keep-groups"))
        return unhonoured_value("groups", "keep-groups", "names or numbers: the server's own groups are root's", err);
    for (size_t i = 0; i < body->selinux_opts.count; i++)
        if (unhonoured_label("selinux_opts", body->selinux_opts.items[i], err) < 0)
            return -1;
    return 0;
}

/* host, container:ID, ns:PATH or "" for a namespace of its own; @own: words that mean the latter. */
static int namespace_mode(struct arena *arena, const char *field, const struct libpod_namespace *ns, const char *const *own,
                          const char **ret_mode, struct error **err)
{
    const char *mode = str_or(ns->mode, "private");
    *ret_mode = "";
    if (!strcmp(mode, "private") || !strcmp(mode, "default"))
        return 0;
    for (; own && *own; own++) {
        if (!strcmp(mode, *own)) {
            *ret_mode = *own;
            return 0;
        }
    }
    if (!strcmp(mode, "host"))
        *ret_mode = "host";
    else if (!strcmp(mode, "container") && !str_empty(ns->value))
        *ret_mode = arena_printf(arena, "container:%s", ns->value);
    else if (!strcmp(mode, "path") && !str_empty(ns->value))
        *ret_mode = arena_printf(arena, "ns:%s", ns->value);
    else
        return unhonoured_value(field, mode, "private, host, container or path (the last two with a value)", err);
    return 0;
}

static int translate_namespaces(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    static const char *const ipc_own[] = { "shareable", "none", NULL };
    static const char *const net_own[] = { "none", "bridge", NULL };
    const char *net;
    if (namespace_mode(arena, "pidns.nsmode", &body->pidns, NULL, &spec->pid_mode, err) < 0 ||
        namespace_mode(arena, "ipcns.nsmode", &body->ipcns, ipc_own, &spec->ipc_mode, err) < 0 ||
        namespace_mode(arena, "utsns.nsmode", &body->utsns, NULL, &spec->uts_mode, err) < 0 ||
        namespace_mode(arena, "netns.nsmode", &body->netns, net_own, &net, err) < 0)
        return -1;
    spec->network_mode = str_or(net, "bridge");
    const char *cgroup = str_or(body->cgroupns.mode, "default");
    if (!strcmp(cgroup, "host") || !strcmp(cgroup, "private"))
        spec->cgroupns_mode = cgroup;
    else if (strcmp(cgroup, "default"))
        return unhonoured_value("cgroupns.nsmode", cgroup, "private or host", err);
    return 0;
}

static void translate_id_maps(struct arena *arena, const struct libpod_id_map *from, size_t count, struct container_id_map **ret_items,
                              size_t *ret_count)
{
    *ret_items = arena_array(arena, count, sizeof **ret_items);
    *ret_count = count;
    for (size_t i = 0; i < count; i++)
        (*ret_items)[i] = (struct container_id_map){ from[i].container, from[i].host, from[i].size };
}

/* "size=4096" */
static int translate_auto(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    const struct libpod_auto_userns *options = &body->id_mappings.auto_options;
    struct str_list words = str_split(arena, str_or(body->userns.value, ""), ',');
    if (body->id_mappings.uid_map.count || body->id_mappings.gid_map.count || (!str_empty(body->userns.mode) && strcmp(body->userns.mode, "auto")))
        return error_set(err, ERROR_INVALID, 0, "idmappings.AutoUserNs: expected neither UIDMap nor GIDMap with it, and userns auto");
    if (options->size < 0 || options->initial_size < 0)
        return error_set(err, ERROR_INVALID, 0, "idmappings.AutoUserNsOpts: Size %lld and InitialSize %lld: expected none below 0",
                         (long long)options->size, (long long)options->initial_size);
    spec->userns_auto = true;
    spec->userns_auto_size = options->size ? options->size : options->initial_size;
    for (size_t i = 0; i < words.count; i++) {
        if (!*words.items[i])
            continue;
        int64_t size = str_starts(words.items[i], "size=") ? str_to_int(words.items[i] + strlen("size=")) : -1;
        if (size < 1)
            return unhonoured_value("userns.value", words.items[i], "size=NUMBER", err);
        spec->userns_auto_size = size;
    }
    return 0;
}

/* Clients say both that users are not the host's and how they are mapped; one of them alone has no meaning. */
static int translate_userns(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    const struct libpod_id_mappings *maps = &body->id_mappings;
    if (is_auto(body))
        return translate_auto(arena, body, spec, err);
    bool host = (!maps->host_uid || *maps->host_uid) && (!maps->host_gid || *maps->host_gid);
    bool private = str_eq(body->userns.mode, "private") || (str_or(body->userns.mode, "default")[0] == 'd' && !host);
    if (!maps->uid_map.count != !maps->gid_map.count || (private && !maps->uid_map.count))
        return error_set(err, ERROR_INVALID, 0, "idmappings: expected both UIDMap and GIDMap for a user namespace of its own");
    if (!private || host) {
        if (maps->uid_map.count || private)
            return error_set(err, ERROR_INVALID, 0, "idmappings: UIDMap and GIDMap need HostUIDMapping and HostGIDMapping false, and userns private");
        return 0;
    }
    translate_id_maps(arena, maps->uid_map.items, maps->uid_map.count, &spec->uid_maps.items, &spec->uid_maps.count);
    translate_id_maps(arena, maps->gid_map.items, maps->gid_map.count, &spec->gid_maps.items, &spec->gid_maps.count);
    return 0;
}

static int translate_ports(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    for (size_t i = 0; i < body->portmappings.count; i++) {
        const struct libpod_port *port = &body->portmappings.items[i];
        struct str_list protocols = str_split(arena, str_or(port->protocol, "tcp"), ',');
        int64_t range = port->range > 0 ? port->range : 1;
        if (port->container_port < 1 || port->container_port + range - 1 > 65535)
            return error_set(err, ERROR_INVALID, 0, "portmappings[%zu].container_port: %lld with range %lld is outside 1 to 65535", i,
                             (long long)port->container_port, (long long)range);
        if (port->host_port < 0 || port->host_port + range - 1 > 65535)
            return error_set(err, ERROR_INVALID, 0, "portmappings[%zu].host_port: %lld with range %lld is outside 0 to 65535", i,
                             (long long)port->host_port, (long long)range);
        struct container_port *grown = arena_array(arena, spec->ports.count + protocols.count, sizeof *grown);
        if (spec->ports.count)
            memcpy(grown, spec->ports.items, spec->ports.count * sizeof *grown);
        spec->ports.items = grown;
        for (size_t j = 0; j < protocols.count; j++) {
            const char *protocol = protocols.items[j];
            if (strcmp(protocol, "tcp") && strcmp(protocol, "udp") && strcmp(protocol, "sctp"))
                return error_set(err, ERROR_INVALID, 0, "portmappings[%zu].protocol: \"%s\" is not tcp, udp or sctp", i, protocol);
            spec->ports.items[spec->ports.count++] = (struct container_port){
                .host_ip = port->host_ip,
                .host_port = port->host_port,
                .container_port = port->container_port,
                .range = range,
                .protocol = protocol,
            };
        }
    }
    for (size_t i = 0; i < body->expose.count; i++)
        str_list_add(arena, &spec->expose, arena_printf(arena, "%s/%s", body->expose.items[i].key, str_or(body->expose.items[i].value, "tcp")));
    return 0;
}

/* Takes "ro", "rw", "nocopy" and "O" out of the options: they have members of their own. */
static struct str_list split_options(struct arena *arena, const struct str_list *options, struct container_mount *mount)
{
    struct str_list rest = { 0 };
    for (size_t i = 0; i < options->count; i++) {
        const char *option = options->items[i];
        if (!strcmp(option, "ro"))
            mount->readonly = true;
        else if (!strcmp(option, "nocopy"))
            mount->nocopy = true;
        else if (!strcmp(option, "O"))
            mount->overlay = true;
        else if (strcmp(option, "rw") && strcmp(option, "copy"))
            str_list_add(arena, &rest, option);
    }
    return rest;
}

/* Overlays of directories and images. */
static void translate_layered(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    for (size_t i = 0; i < body->overlay_volumes.count; i++) {
        const struct libpod_overlay_volume *from = &body->overlay_volumes.items[i];
        struct container_mount mount = { .type = "bind", .source = from->source, .target = from->destination, .overlay = true };
        mount.options = split_options(arena, &from->options, &mount);
        spec->mounts.items[spec->mounts.count++] = mount;
    }
    for (size_t i = 0; i < body->image_mounts.count; i++) {
        const struct libpod_image_volume *from = &body->image_mounts.items[i];
        spec->mounts.items[spec->mounts.count++] = (struct container_mount){
            .type = "image",
            .source = from->source,
            .target = from->destination,
            .subpath = from->subpath,
            .readonly = !from->read_write,
            .overlay = from->read_write,
        };
    }
}

static int translate_mounts(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    size_t room = body->mounts.count + body->volumes.count + body->overlay_volumes.count + body->image_mounts.count;
    spec->mounts.items = arena_array(arena, room, sizeof *spec->mounts.items);
    for (size_t i = 0; i < body->mounts.count; i++) {
        const struct libpod_mount *from = &body->mounts.items[i];
        const char *type = str_or(from->type, "bind");
        if (strcmp(type, "bind") && strcmp(type, "tmpfs") && strcmp(type, "devpts"))
            return unhonoured_value("mounts.type", type, "bind, tmpfs or devpts", err);
        struct container_mount mount = { .type = type, .source = from->source, .target = from->destination };
        mount.options = split_options(arena, &from->options, &mount);
        spec->mounts.items[spec->mounts.count++] = mount;
    }
    for (size_t i = 0; i < body->volumes.count; i++) {
        const struct libpod_named_volume *from = &body->volumes.items[i];
        struct container_mount mount = {
            .type = "volume",
            .source = from->name,
            .target = from->dest,
            .subpath = from->subpath,
            .anonymous = from->anonymous || str_empty(from->name),
        };
        mount.options = split_options(arena, &from->options, &mount);
        spec->mounts.items[spec->mounts.count++] = mount;
    }
    translate_layered(arena, body, spec);
    return 0;
}

static void translate_secrets(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    spec->secrets.items = arena_array(arena, body->secrets.count, sizeof *spec->secrets.items);
    for (size_t i = 0; i < body->secrets.count; i++) {
        const struct libpod_secret_use *from = &body->secrets.items[i];
        spec->secrets.items[spec->secrets.count++] = (struct container_secret){
            .name = from->source,
            .target = from->target,
            .uid = from->uid,
            .gid = from->gid,
            .mode = from->mode ? *from->mode : 0444,
        };
    }
    for (size_t i = 0; i < body->secret_env.count; i++)
        str_map_set(arena, &spec->secret_env, body->secret_env.items[i].key, body->secret_env.items[i].value);
}

static void translate_process(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec)
{
    for (size_t i = 0; i < body->unsetenv.count; i++)
        str_list_add(arena, &spec->env, body->unsetenv.items[i]);
    for (size_t i = 0; i < body->env.count; i++)
        str_list_add(arena, &spec->env, arena_printf(arena, "%s=%s", body->env.items[i].key, str_or(body->env.items[i].value, "")));
    if (body->stop_signal)
        spec->stop_signal = arena_printf(arena, "%lld", (long long)*body->stop_signal);
    spec->env_host = body->env_host;
    spec->env_proxies = body->httpproxy;
    spec->env_cleared = body->unsetenvall;
    spec->env_merge = body->envmerge;
    spec->command = body->command;
    spec->entrypoint = body->entrypoint;
    spec->entrypoint_set = body->entrypoint.count > 0;
    spec->workdir = body->work_dir;
    spec->user = body->user;
    spec->groups = body->groups;
    spec->tty = body->terminal;
    spec->open_stdin = body->stdin_open;
    spec->init = body->init;
    spec->init_path = body->init_path;
    spec->personality = body->personality ? body->personality->domain : NULL;
    spec->stop_timeout = body->stop_timeout;
    spec->timeout = body->timeout;
    spec->umask = body->umask;
    spec->timezone = body->timezone;
}

/* NET_RAW is CAP_NET_RAW, as inspect shows it; ALL stays. */
static struct str_list capabilities(struct arena *arena, const struct str_list *names)
{
    struct str_list list = { 0 };
    for (size_t i = 0; i < names->count; i++) {
        char *name = arena_strdup(arena, names->items[i]);
        for (char *at = name; *at; at++)
            *at = (char)toupper((unsigned char)*at);
        bool whole = !strcmp(name, "ALL") || !strncmp(name, "CAP_", 4);
        str_list_add(arena, &list, whole ? name : arena_printf(arena, "CAP_%s", name));
    }
    return list;
}

/* "/proc/a:/proc/b" is two. */
static struct str_list colon_lists(struct arena *arena, const struct str_list *from)
{
    struct str_list list = { 0 };
    for (size_t i = 0; i < from->count; i++) {
        struct str_list parts = str_split(arena, from->items[i], ':');
        for (size_t j = 0; j < parts.count; j++)
            str_list_add(arena, &list, parts.items[j]);
    }
    return list;
}

static int translate_security(struct arena *arena, const struct libpod_spec *body, struct container_spec *spec, struct error **err)
{
    spec->privileged = body->privileged;
    spec->cap_add = capabilities(arena, &body->cap_add);
    spec->cap_drop = capabilities(arena, &body->cap_drop);
    spec->cap_defaults = "podman";
    spec->no_new_privileges = body->no_new_privileges;
    spec->apparmor = body->apparmor_profile;
    spec->readonly_rootfs = body->read_only_filesystem;
    spec->readonly_tmpfs = body->read_write_tmpfs;
    spec->sysctls = body->sysctl;
    spec->mask = colon_lists(arena, &body->mask);
    spec->unmask = colon_lists(arena, &body->unmask);
    spec->proc_options = body->procfs_opts;
    spec->root_propagation = body->rootfs_propagation;
    if (str_eq(body->seccomp_policy, "image"))
        spec->seccomp = "image";
    if (str_empty(body->seccomp_profile_path))
        return 0;
    if (!strcmp(body->seccomp_profile_path, "unconfined")) {
        spec->seccomp = "unconfined";
        return 0;
    }
    char *profile = path_read(body->seccomp_profile_path, SECCOMP_MAX_BYTES, NULL, err);
    if (!profile) {
        (*err)->kind = ERROR_INVALID;
        return error_wrap(err, "seccomp_profile_path");
    }
    spec->seccomp = arena_strdup(arena, profile);
    free(profile);
    return 0;
}

int libpod_translate_spec(struct arena *arena, const struct libpod_spec *body, struct container_spec *ret_spec, struct error **err)
{
    struct container_spec spec = {
        .name = body->name,
        .image = str_or(body->image, body->raw_image_name),
        .rootfs = body->rootfs,
        .rootfs_overlay = body->rootfs_overlay,
        .hostname = body->hostname,
        .labels = body->labels,
        .annotations = body->annotations,
        .auto_remove = body->remove,
        .auto_remove_image = body->remove_image,
        .restart_policy = str_eq(body->restart_policy, "never") ? "no" : body->restart_policy,
        .restart_max = body->restart_tries,
        .volumes_from = body->volumes_from,
        .required = body->dependency_containers,
        .publish_all = body->publish_image_ports,
        .dns = body->dns_server,
        .dns_search = body->dns_search,
        .dns_options = body->dns_option,
        .base_hosts = body->base_hosts_file,
        .image_volumes = str_eq(body->image_volume_mode, "bind") ? "" : body->image_volume_mode,
        .no_hosts = body->use_image_hosts,
        .no_hostname = body->use_image_hostname,
        .no_resolv = body->use_image_resolv,
        .cgroup_parent = body->cgroup_parent,
        .shm_size = body->shm_size ? *body->shm_size : 0,
        .runtime = body->oci_runtime,
        .log_driver = body->log.driver,
        .log_options = body->log.options,
        .create_command = body->create_command,
    };
    if (str_empty(spec.image) && str_empty(spec.rootfs))
        return error_set(err, ERROR_INVALID, 0, "image: missing, expected a name or id, or a rootfs");
    if (check_unhonoured(body, err) < 0 || check_words(body, err) < 0 || translate_namespaces(arena, body, &spec, err) < 0 ||
        translate_userns(arena, body, &spec, err) < 0 ||
        libpod_translate_networks(arena, body, &spec, err) < 0 ||
        translate_ports(arena, body, &spec, err) < 0 || translate_mounts(arena, body, &spec, err) < 0 ||
        translate_security(arena, body, &spec, err) < 0 || libpod_translate_resources(arena, body, &spec, err) < 0)
        return -1;
    translate_process(arena, body, &spec);
    translate_secrets(arena, body, &spec);
    if (libpod_translate_health(arena, body, &spec, err) < 0)
        return -1;
    if (body->log.size > 0)
        str_map_set(arena, &spec.log_options, "max-size", arena_printf(arena, "%lld", (long long)body->log.size));
    *ret_spec = spec;
    return 0;
}
