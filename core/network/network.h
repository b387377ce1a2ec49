#pragma once
/*
 * Networks: netavark's JSON per network in a directory of our own, leases and published ports in the database, one
 * network namespace per container. The default network is called "bridge" by Docker and "podman" by libpod.
 *
 * Source of truth: network.md (netavark 1.4 and 1.14 as observed).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/container/container.h"

struct arena;
struct engine;
struct error;

struct network_subnet {
    const char *subnet, *gateway; /* CIDR; address */
    const char *lease_start, *lease_end; /* "" for none */
};
struct network {
    const char *name, *id, *driver, *interface;
    int64_t created_unix_ns;
    struct { struct network_subnet *items; size_t count; } subnets;
    bool ipv6, internal, dns;
    struct str_list dns_servers;
    struct str_map labels, options, ipam_options;
    const char *json; /* the document as netavark takes it */
};

/* By name, id or unique id prefix; "bridge" and "default" are the default network. ERROR_NOT_FOUND is about a network. */
struct network *network_find(struct engine *engine, struct arena *arena, const char *key, struct error **err);
int network_list(struct engine *engine, struct arena *arena, struct network **ret_networks, size_t *ret_count, struct error **err);

/*
 * Bringing a container's network up, in three steps so that netavark runs while the runtime creates the container:
 *   network_prepare()  checks ports, leases addresses, makes the namespace (fast, database first)
 *   network_setup()    runs netavark; may run in a thread beside the runtime's create
 *   network_teardown() undoes both, at exit or after a failure; safe to call at any time, twice, after a crash
 */
struct network_plan {
    const char *netns_path; /* "" for host and none without namespace */
    struct { struct container_address *items; size_t count; } addresses; /* leased: known before netavark ran */
    struct { struct container_port *items; size_t count; } ports;        /* host ports chosen */
    struct { int *items; size_t count; } reserved; /* bound sockets that hold the host ports; owned: network_plan_close() */
    struct str_list dns_servers, dns_search; /* for resolv.conf */
    const char *request;  /* netavark's input */
};
/* ERROR_CONFLICT names a host port that is in use. @plan: arena */
int network_prepare(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *ret_plan, struct error **err);
int network_setup(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err);
int network_teardown(struct engine *engine, const struct container *ctr, struct error **err);
void network_plan_close(struct network_plan *plan); /* closes the reserved sockets */

/* The files a container sees: hosts, resolv.conf, hostname, written in place into @dir. */
int network_write_files(struct engine *engine, const struct container *ctr, const struct network_plan *plan, const char *dir,
                        struct error **err);
/* Frees leases, ports and namespaces of containers that are gone: after a boot, or a kill at any moment. */
int network_repair(struct engine *engine, struct error **err);
