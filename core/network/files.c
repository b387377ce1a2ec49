/* What a container finds as /etc/hosts, /etc/resolv.conf and /etc/hostname. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/network/links.h"
#include "core/network/network.h"
#include "core/store/store.h"

#define MAX_FILE (1u << 20)

static const char *host_file(struct arena *arena, const char *path)
{
    autoerror *none = NULL;
    autofree char *text = path_read(path, MAX_FILE, NULL, &none);
    return arena_strdup(arena, text ? text : "");
}

static bool is_loopback(const char *ip)
{
    return str_starts(ip, "127.") || !strcmp(ip, "::1");
}

static void put_host_servers(struct buf *out, struct arena *arena, bool own_namespace)
{
    struct str_list lines = str_split(arena, host_file(arena, "/etc/resolv.conf"), '\n');
    for (size_t i = 0; i < lines.count; i++) {
        struct str_list words = str_split(arena, lines.items[i], ' ');
        bool server = words.count > 1 && !strcmp(words.items[0], "nameserver");
        if (server && own_namespace && is_loopback(words.items[1]))
            continue; /* leads to the container itself */
        if (server || str_starts(lines.items[i], "search ") || str_starts(lines.items[i], "options "))
            buf_printf(out, "%s\n", lines.items[i]);
    }
}

static void put_words(struct buf *out, const char *keyword, const struct str_list *words)
{
    if (!words->count)
        return;
    buf_puts(out, keyword);
    for (size_t i = 0; i < words->count; i++)
        buf_printf(out, " %s", words->items[i]);
    buf_putc(out, '\n');
}

static int write_resolv(struct engine *engine, struct arena *arena, const struct container *ctr, const struct network_plan *plan, const char *dir,
                        struct error **err)
{
    const struct container_spec *spec = ctr->spec;
    const struct config *config = engine->config;
    const struct str_list *search = spec->dns_search.count ? &spec->dns_search : config->dns_searches.count ? &config->dns_searches : &plan->dns_search;
    const struct str_list *servers = plan->dns_servers.count ? &plan->dns_servers : spec->dns.count ? &spec->dns : &config->dns_servers;
    autobuf text = BUF(MAX_FILE);
    if (search->count && strcmp(search->items[0], "."))
        put_words(&text, "search", search);
    for (size_t i = 0; i < servers->count; i++)
        buf_printf(&text, "nameserver %s\n", servers->items[i]);
    if (!servers->count)
        put_host_servers(&text, arena, !str_empty(plan->netns_path));
    put_words(&text, "options", spec->dns_options.count ? &spec->dns_options : &config->dns_options);
    return path_write_inplace(arena_printf(arena, "%s/resolv.conf", dir), buf_text(&text), text.len, 0644, err);
}

/* The host as the container reaches it: the gateway of its first network. */
static const char *host_gateway(const struct network_plan *plan)
{
    for (size_t i = 0; i < plan->addresses.count; i++)
        if (*plan->addresses.items[i].gateway)
            return plan->addresses.items[i].gateway;
    return "";
}

static int put_extra_hosts(struct buf *out, struct arena *arena, const struct container *ctr, const struct network_plan *plan, struct error **err)
{
    for (size_t i = 0; i < ctr->spec->extra_hosts.count; i++) {
        const char *text = ctr->spec->extra_hosts.items[i], *colon = strchr(text, ':');
        const char *ip = colon ? colon + 1 : "";
        unsigned char bytes[16];
        if (!strcmp(ip, "host-gateway"))
            ip = str_or(host_gateway(plan), "127.0.0.1");
        if (!colon || colon == text || (inet_pton(AF_INET, ip, bytes) != 1 && inet_pton(AF_INET6, ip, bytes) != 1))
            return error_set(err, ERROR_INVALID, 0, "extraHosts: \"%s\" is not NAME:ADDRESS", text);
        buf_printf(out, "%s\t%s\n", ip, arena_strndup(arena, text, (size_t)(colon - text)));
    }
    return 0;
}

static const char *hostname_of(struct arena *arena, const struct container *ctr)
{
    return !str_empty(ctr->spec->hostname) ? ctr->spec->hostname : arena_strndup(arena, ctr->id, 12);
}

static int write_hosts(struct engine *engine, struct arena *arena, const struct container *ctr, const struct network_plan *plan, const char *dir,
                       struct error **err)
{
    autobuf text = BUF(MAX_FILE);
    const char *path = arena_printf(arena, "%s/hosts", dir), *gateway = host_gateway(plan), *host = hostname_of(arena, ctr);
    const char *base = str_or(ctr->spec->base_hosts, str_eq(ctr->spec->network_mode, "host") ? "/etc/hosts" : "none");
    if (strcmp(base, "none"))
        buf_printf(&text, "%s\n", host_file(arena, base));
    if (!strstr(buf_text(&text), "localhost"))
        buf_puts(&text, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    if (put_extra_hosts(&text, arena, ctr, plan, err) < 0)
        return -1;
    if (*gateway)
        buf_printf(&text, "%s\thost.containers.internal host.docker.internal\n", gateway);
    for (size_t i = 0; i < plan->addresses.count; i++) {
        const struct container_address *address = &plan->addresses.items[i];
        if (*address->ip)
            buf_printf(&text, "%s\t%s %s\n", address->ip, host, ctr->name);
        if (*address->ip6)
            buf_printf(&text, "%s\t%s %s\n", address->ip6, host, ctr->name);
        if (links_put_hosts(engine, ctr, address, &text, err) < 0)
            return -1;
    }
    return path_write_inplace(path, buf_text(&text), text.len, 0644, err);
}

/* The very files of the container whose network it shares, so that it sees what becomes of them. */
static int share_file(const char *from, const char *to, const char *name, struct arena *arena, struct error **err)
{
    const char *source = arena_printf(arena, "%s/%s", from, name), *target = arena_printf(arena, "%s/%s", to, name);
    if (unlink(target) < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "removing %s", target);
    if (link(source, target) < 0 && errno != ENOENT) /* it may have none */
        return error_set(err, ERROR_INTERNAL, errno, "linking %s to %s", target, source);
    return 0;
}

static int share_files(struct engine *engine, struct arena *arena, const struct container_spec *spec, const char *key, const char *dir,
                       struct error **err)
{
    autocontainer *other = container_find(engine, key, err);
    const char *from = other ? store_container_run_dir(engine->store, arena, other->id) : NULL;
    if (!from || (!spec->no_hosts && share_file(from, dir, "hosts", arena, err) < 0))
        return -1;
    return spec->no_resolv ? 0 : share_file(from, dir, "resolv.conf", arena, err);
}

int network_write_files(struct engine *engine, const struct container *ctr, const struct network_plan *plan, const char *dir,
                        struct error **err)
{
    autoarena *arena = arena_new();
    const char *host = arena_printf(arena, "%s\n", hostname_of(arena, ctr));
    const char *mode = str_or(ctr->spec->network_mode, "");
    if (str_starts(mode, "container:")) {
        if (share_files(engine, arena, ctr->spec, mode + strlen("container:"), dir, err) < 0)
            return -1;
    } else if ((!ctr->spec->no_hosts && write_hosts(engine, arena, ctr, plan, dir, err) < 0) ||
               (!ctr->spec->no_resolv && write_resolv(engine, arena, ctr, plan, dir, err) < 0)) {
        return -1;
    }
    if (!ctr->spec->no_hostname && path_write_inplace(arena_printf(arena, "%s/hostname", dir), host, strlen(host), 0644, err) < 0)
        return -1;
    return path_write_inplace(arena_printf(arena, "%s/.containerenv", dir), "", 0, 0644, err);
}
