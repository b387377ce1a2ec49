#include "core/network/taken.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/default.h"
#include "core/network/document.h"
#include "core/network/neighbours.h"

#define MAX_FILE_BYTES (1u << 20)
#define MAX_ROUTES_BYTES (16u << 20)

void taken_add(struct arena *arena, struct taken *taken, const struct cidr *cidr, const char *by)
{
    size_t count = taken->subnets.count;
    if (!(count & (count - 1))) { /* full: doubles at powers of two */
        struct taken_subnet *more = arena_array(arena, count ? count * 2 : 1, sizeof *more);
        if (count)
            memcpy(more, taken->subnets.items, count * sizeof *more);
        taken->subnets.items = more;
    }
    taken->subnets.items[taken->subnets.count++] = (struct taken_subnet){ *cidr, by };
}

static int prefix_of(const struct sockaddr *mask, int family)
{
    const unsigned char *bytes = (const unsigned char *)&((const struct sockaddr_in *)mask)->sin_addr;
    int prefix = 0, len = 4;
    if (family == AF_INET6) {
        bytes = (const unsigned char *)&((const struct sockaddr_in6 *)mask)->sin6_addr;
        len = 16;
    }
    for (int i = 0; i < len; i++)
        prefix += __builtin_popcount(bytes[i]);
    return prefix;
}

static void add_text(struct arena *arena, struct taken *taken, const char *text, const char *by)
{
    struct cidr cidr;
    if (cidr_parse(text, &cidr, NULL) == 0)
        taken_add(arena, taken, &cidr, by);
}

static void add_interfaces(struct arena *arena, struct taken *taken)
{
    struct ifaddrs *addresses = NULL;
    getifaddrs(&addresses);
    for (const struct ifaddrs *at = addresses; at; at = at->ifa_next) {
        int family = at->ifa_addr ? at->ifa_addr->sa_family : AF_UNSPEC;
        char text[INET6_ADDRSTRLEN];
        if (!at->ifa_netmask || (family != AF_INET && family != AF_INET6))
            continue;
        const void *bytes = family == AF_INET ? (void *)&((struct sockaddr_in *)at->ifa_addr)->sin_addr
                                              : (void *)&((struct sockaddr_in6 *)at->ifa_addr)->sin6_addr;
        inet_ntop(family, bytes, text, sizeof text);
        add_text(arena, taken, arena_printf(arena, "%s/%d", text, prefix_of(at->ifa_netmask, family)),
                 arena_printf(arena, "interface %s", at->ifa_name));
    }
    freeifaddrs(addresses);
}

/* Lines of "iface destination gateway … mask …", numbers in hexadecimal as the kernel holds them. Default routes lead
 * everywhere and take nothing. */
static void add_routes(struct arena *arena, struct taken *taken)
{
    autoerror *none = NULL;
    autofree char *text = path_read("/proc/net/route", MAX_ROUTES_BYTES, NULL, &none);
    struct str_list lines = str_split(arena, text ? text : "", '\n');
    for (size_t i = 1; i < lines.count; i++) {
        char interface[IF_NAMESIZE + 1], ip[INET_ADDRSTRLEN];
        unsigned destination, mask;
        if (sscanf(lines.items[i], "%16s %x %*x %*x %*d %*d %*d %x", interface, &destination, &mask) == 3 && mask)
            add_text(arena, taken,
                     arena_printf(arena, "%s/%d", inet_ntop(AF_INET, &destination, ip, sizeof ip), __builtin_popcount(mask)),
                     arena_printf(arena, "a route through %s", interface));
    }
}

/* Lines of "destination prefix source prefix gateway metric references uses flags iface", all in hexadecimal. Every
 * interface has one to its own neighbours and one for multicast; what is refused leads nowhere. */
static void add_routes6(struct arena *arena, struct taken *taken)
{
    autoerror *none = NULL;
    autofree char *text = path_read("/proc/net/ipv6_route", MAX_ROUTES_BYTES, NULL, &none);
    struct str_list lines = str_split(arena, text ? text : "", '\n');
    for (size_t i = 0; i < lines.count; i++) {
        char interface[IF_NAMESIZE + 1], hex[33], ip[INET6_ADDRSTRLEN];
        unsigned prefix, flags;
        struct in6_addr destination;
        if (sscanf(lines.items[i], "%32[0-9a-f] %x %*s %*x %*s %*x %*x %*x %x %16s", hex, &prefix, &flags, interface) != 4 || strlen(hex) != 32)
            continue;
        for (int j = 0; j < 16; j++)
            sscanf(hex + 2 * j, "%2hhx", &destination.s6_addr[j]);
        if (!prefix || (flags & RTF_REJECT) || IN6_IS_ADDR_MULTICAST(&destination) || IN6_IS_ADDR_LINKLOCAL(&destination))
            continue;
        add_text(arena, taken, arena_printf(arena, "%s/%u", inet_ntop(AF_INET6, &destination, ip, sizeof ip), prefix),
                 arena_printf(arena, "a route through %s", interface));
    }
}

static void add_document(struct arena *arena, struct taken *taken, const char *path)
{
    autoerror *broken = NULL; /* what cannot be read is passed over: its owner passes over it as well */
    autofree char *text = path_read(path, MAX_FILE_BYTES, NULL, &broken);
    const struct network_document *document =
        text ? schema_decode(arena, network_document_schema(), text, strlen(text), SCHEMA_LIMITS, NULL, &broken) : NULL;
    if (!document)
        return;
    for (size_t i = 0; i < document->subnets.count; i++)
        add_text(arena, taken, document->subnets.items[i].subnet, arena_printf(arena, "network %s", document->name));
    if (!str_empty(document->interface) && str_eq(document->driver, "bridge"))
        str_list_add(arena, &taken->bridges, document->interface);
}

static int is_json(const struct dirent *entry)
{
    return str_ends(entry->d_name, ".json") && entry->d_name[0] != '.';
}

static void add_documents(struct arena *arena, struct taken *taken, const char *dir)
{
    struct dirent **entries;
    int count = scandir(dir, &entries, is_json, alphasort);
    for (int i = 0; i < count; i++) {
        add_document(arena, taken, arena_printf(arena, "%s/%s", dir, entries[i]->d_name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}

void taken_list(struct engine *engine, struct arena *arena, struct taken *ret_taken)
{
    const char *ours = network_dir(engine, arena);
    *ret_taken = (struct taken){ 0 };
    add_documents(arena, ret_taken, ours);
    struct str_list others = neighbours_folders(engine, arena);
    for (size_t i = 0; i < others.count; i++)
        add_documents(arena, ret_taken, others.items[i]);
    /* podman's default network needs no file */
    add_text(arena, ret_taken, "10.88.0.0/16", "podman's default network");
    str_list_add(arena, &ret_taken->bridges, "podman0");
    add_interfaces(arena, ret_taken);
    add_routes(arena, ret_taken);
    add_routes6(arena, ret_taken);
}

const char *taken_by(const struct taken *taken, const struct cidr *cidr)
{
    for (size_t i = 0; i < taken->subnets.count; i++)
        if (cidr_overlaps(&taken->subnets.items[i].cidr, cidr))
            return taken->subnets.items[i].by;
    return NULL;
}

bool taken_bridge(const struct taken *taken, const char *name)
{
    return str_list_has(&taken->bridges, name);
}

bool taken_is_bridge(const char *interface)
{
    char path[sizeof "/sys/class/net//bridge" + IF_NAMESIZE];
    snprintf(path, sizeof path, "/sys/class/net/%s/bridge", interface);
    return path_exists(path);
}
