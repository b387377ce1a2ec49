#include "core/network/ports.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/engine.h"
#include "core/network/network.h"
#include "core/state/state.h"

#define MAX_RESERVED 1024 /* sockets of one container; a larger range is held by the database alone */
#define MAX_ATTEMPTS 64   /* to find so many free ports in a row */

static int taken(const struct container_port *port, int64_t number, struct error **err)
{
    return error_set(err, ERROR_CONFLICT, 0, "driver failed programming external connectivity: Bind for %s:%lld failed: port is already allocated",
                     str_or(port->host_ip, "0.0.0.0"), (long long)number);
}

/* A bound socket of the port's kind; -1 with errno. @family: AF_INET or AF_INET6 (all addresses of it, or host_ip's) */
static int bind_port(const struct container_port *port, int family, int64_t number)
{
    struct sockaddr_storage storage = { .ss_family = (sa_family_t)family };
    struct sockaddr_in *v4 = (struct sockaddr_in *)&storage;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&storage;
    int kind = !strcmp(port->protocol, "udp") ? SOCK_DGRAM : SOCK_STREAM, on = 1;
    int protocol = !strcmp(port->protocol, "sctp") ? IPPROTO_SCTP : 0;
    const char *ip = str_or(port->host_ip, family == AF_INET ? "0.0.0.0" : "::");
    v4->sin_port = htons((uint16_t)number); /* the same place in both */
    if (inet_pton(family, ip, family == AF_INET ? (void *)&v4->sin_addr : (void *)&v6->sin6_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    autofd fd = socket(family, kind | SOCK_CLOEXEC, protocol);
    if (fd < 0)
        return -1;
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    else
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* connections of an earlier container may linger */
    if (bind(fd, (struct sockaddr *)&storage, family == AF_INET ? sizeof *v4 : sizeof *v6) < 0)
        return -1;
    if (kind == SOCK_STREAM && listen(fd, 1) < 0)
        return -1;
    return fd_take(&fd);
}

static int64_t bound_port(int fd)
{
    struct sockaddr_in address;
    socklen_t len = sizeof address;
    return getsockname(fd, (struct sockaddr *)&address, &len) < 0 ? 0 : ntohs(address.sin_port);
}

static void keep(struct network_plan *plan, int fd)
{
    plan->reserved.items = mem_regrow(plan->reserved.items, plan->reserved.count + 1, sizeof *plan->reserved.items);
    plan->reserved.items[plan->reserved.count++] = fd;
}

/* One number in both families when no address was asked for; kernels without IPv6 or SCTP cannot clash there. */
static int reserve_one(const struct container_port *port, int64_t number, struct network_plan *plan)
{
    bool six = port->host_ip && strchr(port->host_ip, ':'), both = str_empty(port->host_ip);
    if (plan->reserved.count >= MAX_RESERVED)
        return 0;
    autofd first = bind_port(port, six ? AF_INET6 : AF_INET, number);
    if (first < 0 && errno != EAFNOSUPPORT && errno != EPROTONOSUPPORT && errno != ESOCKTNOSUPPORT)
        return -1;
    autofd second = both ? bind_port(port, AF_INET6, number) : -1;
    if (both && second < 0 && errno == EADDRINUSE)
        return -1;
    if (first >= 0)
        keep(plan, fd_take(&first));
    if (second >= 0)
        keep(plan, fd_take(&second));
    return 0;
}

static void drop_after(struct network_plan *plan, size_t count)
{
    while (plan->reserved.count > count)
        fd_close(plan->reserved.items[--plan->reserved.count]);
}

static int reserve_range(const struct container_port *port, int64_t first, struct network_plan *plan, int64_t *ret_failed)
{
    size_t before = plan->reserved.count;
    for (int64_t i = 0; i < port->range; i++) {
        if (reserve_one(port, first + i, plan) == 0)
            continue;
        int saved = errno;
        drop_after(plan, before);
        errno = saved;
        *ret_failed = first + i;
        return -1;
    }
    return 0;
}

/* The kernel proposes a port; a range takes the following ones too, or another proposal. */
static int reserve_random(struct container_port *port, struct network_plan *plan, struct error **err)
{
    bool six = port->host_ip && strchr(port->host_ip, ':');
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        int64_t failed;
        autofd probe = bind_port(port, six ? AF_INET6 : AF_INET, 0);
        if (probe < 0)
            return error_set(err, ERROR_INVALID, errno, "hostIp: \"%s\"", str_or(port->host_ip, ""));
        int64_t number = bound_port(probe);
        fd_close(fd_take(&probe));
        if (number + port->range <= 65536 && reserve_range(port, number, plan, &failed) == 0) {
            port->host_port = number;
            return 0;
        }
    }
    return error_set(err, ERROR_UNAVAILABLE, 0, "found no %lld free host ports in a row", (long long)port->range);
}

static int reserve(struct container_port *port, struct network_plan *plan, struct error **err)
{
    int64_t failed = 0;
    if (port->range < 1)
        port->range = 1;
    if (!port->host_port)
        return reserve_random(port, plan, err);
    do {
        if (reserve_range(port, port->host_port, plan, &failed) == 0)
            return 0;
    } while (errno == EADDRINUSE && port->host_port < port->host_port_last && ++port->host_port);
    if (errno == EADDRINUSE)
        return taken(port, failed, err);
    return error_set(err, errno == EINVAL || errno == EADDRNOTAVAIL ? ERROR_INVALID : ERROR_INTERNAL, errno, "publishing %s:%lld/%s",
                     str_or(port->host_ip, "0.0.0.0"), (long long)failed, port->protocol);
}

/* Exposed and not published by name: on ports of the kernel's choice. */
static void add_exposed(struct arena *arena, const struct container *ctr, struct network_plan *plan)
{
    for (size_t i = 0; i < ctr->spec->expose.count; i++) {
        struct str_list parts = str_split(arena, ctr->spec->expose.items[i], '/');
        int64_t number = parts.count ? str_to_int(parts.items[0]) : -1;
        const char *protocol = parts.count > 1 ? parts.items[1] : "tcp";
        bool published = number < 1;
        for (size_t j = 0; j < ctr->spec->ports.count; j++)
            published |= ctr->spec->ports.items[j].container_port == number && !strcmp(ctr->spec->ports.items[j].protocol, protocol);
        if (!published)
            plan->ports.items[plan->ports.count++] = (struct container_port){ .container_port = number, .range = 1, .protocol = protocol };
    }
}

int ports_reserve(struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err)
{
    plan->ports.items = arena_array(arena, ctr->spec->ports.count + ctr->spec->expose.count, sizeof *plan->ports.items);
    for (size_t i = 0; i < ctr->spec->ports.count; i++)
        plan->ports.items[plan->ports.count++] = ctr->spec->ports.items[i];
    if (ctr->spec->publish_all)
        add_exposed(arena, ctr, plan);
    for (size_t i = 0; i < plan->ports.count; i++) {
        plan->ports.items[i].host_ip = str_or(plan->ports.items[i].host_ip, plan->host_ip);
        if (reserve(&plan->ports.items[i], plan, err) < 0)
            return -1;
    }
    return 0;
}

/* Another container's row with the same number, on the same address or on all. 1 there is */
static int is_recorded(struct engine *engine, const struct container_port *port, int64_t number, const char *container_id, struct error **err)
{
    sqlite3_stmt *stmt = state_prepare(engine->state,
                                       "SELECT 1 FROM ports WHERE protocol = ?1 AND host_port = ?2 AND container_id <> ?3"
                                       " AND (host_ip = ?4 OR host_ip = '' OR ?4 = '')", err);
    if (!stmt)
        return -1;
    sqlite3_bind_text(stmt, 1, port->protocol, -1, SQLITE_TRANSIENT);
    sqlite3_bind_int64(stmt, 2, number);
    sqlite3_bind_text(stmt, 3, container_id, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(stmt, 4, str_or(port->host_ip, ""), -1, SQLITE_TRANSIENT);
    int row = state_step(engine->state, stmt, err);
    sqlite3_reset(stmt);
    return row;
}

int ports_record(struct engine *engine, const struct container *ctr, const struct network_plan *plan, struct error **err)
{
    for (size_t i = 0; i < plan->ports.count; i++) {
        const struct container_port *port = &plan->ports.items[i];
        for (int64_t number = port->host_port; number < port->host_port + port->range; number++) {
            int recorded = is_recorded(engine, port, number, ctr->id, err);
            if (recorded > 0)
                return taken(port, number, err);
            if (recorded < 0 || state_exec(engine->state, err,
                                           "INSERT OR REPLACE INTO ports (protocol, host_ip, host_port, container_id) VALUES (?1, ?2, ?3, ?4)", "ssis",
                                           port->protocol, str_or(port->host_ip, ""), number, ctr->id) < 0)
                return -1;
        }
    }
    return 0;
}
