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
    const char *range;                   /* the same as Docker's clients gave it, a CIDR; "" for none */
    struct str_map auxiliary;            /* addresses that are not handed out, by name */
};
struct network_route {
    const char *destination, *gateway; /* CIDR; address */
    const int64_t *metric;             /* NULL: the kernel's */
};
struct network {
    const char *name, *id, *driver, *interface;
    int64_t created_unix_ns;
    struct { struct network_subnet *items; size_t count; } subnets;
    struct { struct network_route *items; size_t count; } routes;
    bool ipv6, internal, dns;
    struct str_list dns_servers;
    struct str_map labels, options, ipam_options;
    bool attachable;                                    /* what Docker's clients said, for them alone: */
    struct str_map docker_options, docker_ipam_options; /* as given */
    const char *json; /* the document as netavark takes it */
};

/* The one of docker_options that is more than shown: a host address of published ports that name none. */
#define NETWORK_HOST_BINDING "com.docker.network.bridge.host_binding_ipv4"

/* By name, id or unique id prefix; "bridge" and "default" are the default network. ERROR_NOT_FOUND is about a network. */
struct network *network_find(struct engine *engine, struct arena *arena, const char *key, struct error **err);
int network_list(struct engine *engine, struct arena *arena, struct network **ret_networks, size_t *ret_count, struct error **err);
bool network_is_default(const struct engine *engine, const struct network *network);

struct network_filters { /* values of a key are OR (labels AND), keys are AND */
    struct str_list id, name, driver, label, label_not, type, dangling, scope, until;
};
/* Docker's and podman's filter keys; ERROR_INVALID names an unknown key or a bad value. */
int network_filter_add(struct arena *arena, struct network_filters *filters, const char *key, const char *value, struct error **err);
/* @builtin: it is there without anybody having made it; @used: a container is on it */
bool network_matches(const struct network_filters *filters, const struct network *network, bool builtin, bool used);

/* What Docker's clients call a container on a network; arena */
const char *network_endpoint_id(struct arena *arena, const char *container_id, const char *network_id);

/* What the subnets of networks that name none are taken from: subnets of @prefix bits out of each @base, in this order. */
struct network_pool {
    const char *base;
    int prefix;
};
const struct network_pool *network_pools(size_t *ret_count);

/* Those that kernel and netavark have. @netavark_version: its own words; arena */
struct str_list network_drivers(struct arena *arena, const char *netavark_version);

/* What hosts and name services take for a name of a host, without blank or comma. */
bool network_is_host_name(const char *text);

/* A subnet written as it is: ERROR_INVALID names @field also when there are bits behind its prefix. */
int network_check_subnet(struct arena *arena, const char *field, const char *text, struct error **err);
/* Of a subnet with a range: the first and the last address of it. ERROR_INVALID when it is not in the subnet. */
int network_spread_range(struct arena *arena, struct network_subnet *subnet, struct error **err);

/* What a client wants; borrowed. Members that struct network has too mean the same, "" or none is the engine's choice. */
struct network_settings {
    const char *name; /* "": that of its bridge */
    const char *driver;
    const char *interface; /* bridge; parent of macvlan and ipvlan */
    struct { struct network_subnet *items; size_t count; } subnets; /* "" as gateway: the first address */
    struct { struct network_route *items; size_t count; } routes;
    bool ipv4, ipv6; /* has to have a subnet of that family: a free one when none is given */
    bool internal, dns, attachable;
    struct str_list dns_servers;
    struct str_map labels, options, ipam_options, docker_options, docker_ipam_options;
    bool ignore; /* a network of that name is what the client wants */
};
/*
 * Checks the settings, chooses what they leave open and writes the network's file.
 *
 * ERROR_INVALID names field and value, ERROR_CONFLICT is about the noun "network" for a name, "subnet" or "interface" in
 * use, ERROR_UNSUPPORTED says what kernel or netavark do not have, ERROR_UNAVAILABLE that no subnet is free. Arena.
 */
struct network *network_create(struct engine *engine, struct arena *arena, const struct network_settings *settings,
                               struct error **err);

/* Containers that are on it, or will be when they start. @running_only: those that run alone; so is a start. */
int network_users(struct engine *engine, const struct network *network, bool running_only, struct container_list *ret_list,
                  struct error **err);
/* Where it is on the network while it runs, or NULL; borrowed from @ctr. */
const struct container_address *network_address(const struct network *network, const struct container *ctr);

struct network_remove_options {
    bool running_only;       /* containers that do not run do not count: Docker's rule */
    bool force;              /* remove the containers that use it */
    const int64_t *timeout_s; /* that they get to stop by themselves */
};
/* ERROR_NOT_FOUND, ERROR_FORBIDDEN for the default network, ERROR_CONFLICT names the containers that use it. */
int network_remove(struct engine *engine, const char *key, const struct network_remove_options *options, struct error **err);
/* Removes those that nobody uses and that match, but never the default network. @running_only: as above. Arena. */
int network_prune(struct engine *engine, struct arena *arena, const struct network_filters *filters, bool running_only,
                  struct str_list *ret_names, struct error **err);
/* Name servers that are asked about names from outside, also for containers that run. ERROR_INVALID names the field. */
int network_update(struct engine *engine, const char *key, const struct str_list *add, const struct str_list *remove,
                   struct error **err);

/*
 * Bringing a container's network up, in two steps so that netavark runs while the runtime creates the container:
 *   network_prepare()  checks ports, leases addresses, makes the namespace (fast, database first)
 *   network_setup()    runs netavark; may run in a thread beside the runtime's create
 * and down, so that nobody has to wait for netavark, which takes most of the time that an end takes:
 *   network_leave()    tells that it left, with the container's lock held (fast)
 *   network_finish()   the rest, without that lock: until then addresses and ports are taken, also when the container is
 *                      gone; its next start waits for it, and so does whoever wants what it still holds
 * What goes down may be called at any time, twice, and after a crash.
 */
struct network_plan {
    const char *netns_path; /* "" for host and none without namespace */
    const char *host_ip;    /* of ports that name no host address; "" is all */
    struct { struct container_address *items; size_t count; } addresses; /* leased: known before netavark ran */
    struct { struct container_port *items; size_t count; } ports;        /* host ports chosen */
    struct { int *items; size_t count; } reserved; /* bound sockets that hold the host ports; owned: network_plan_close() */
    struct str_list dns_servers, dns_search; /* for resolv.conf */
    const char *request;  /* netavark's input */
};
/* ERROR_CONFLICT names a host port that is in use. @netns: descriptor of a namespace that it is to be instead of a new one, or
 * -1. @plan: arena */
int network_prepare(struct engine *engine, struct arena *arena, const struct container *ctr, int netns, struct network_plan *ret_plan,
                    struct error **err);
int network_setup(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err);
int network_leave(struct engine *engine, const struct container *ctr, struct error **err);
/* Nothing happens while the container is up. @wait: false leaves it to whoever is at it already. */
int network_finish(struct engine *engine, const char *container_id, bool wait, struct error **err);
/* The same for the exit handler: with a network's last container goes its bridge, for which the kernel takes long and
 * netavark keeps everybody else waiting, and often the next one comes right after. So the last one stays for half a second,
 * unless it has published ports or a network where names are asked for. */
int network_finish_late(struct engine *engine, const char *container_id, struct error **err);
/* Of all that are down, but for @except_id (may be NULL): after a boot, or a kill at any moment. @ret_count: how many
 * there were; may be NULL */
int network_finish_all(struct engine *engine, const char *except_id, bool wait, size_t *ret_count, struct error **err);
/* Undoes what a start did, whatever its row says; the caller holds the container's lock. */
int network_teardown(struct engine *engine, const struct container *ctr, struct error **err);
void network_plan_close(struct network_plan *plan); /* closes the reserved sockets */

/* Name servers and search domains that plan->addresses give. */
void network_plan_names(struct arena *arena, struct network_plan *plan);
/* With a transaction open: "connect" or "disconnect". @told: a user's own, which is what podman tells of. */
int network_member_event(struct engine *engine, struct arena *arena, const char *action, const struct container *ctr,
                  const struct container_address *address, bool told, struct error **err);

/*
 * What a container wants, looked at before it is made: network_check() settles mode bridge's networks (the default one when
 * none is said), network_check_wish() one of them. Names become those of the networks, MAC addresses are cleaned.
 *   ERROR_NOT_FOUND  a network
 *   ERROR_INVALID    an address that is in no subnet, or is no address; a MAC address, interface, alias, host: named
 */
int network_check(struct engine *engine, struct arena *arena, struct container_spec *spec, struct error **err);
int network_check_wish(struct engine *engine, struct arena *arena, struct container_network *asked, struct error **err);

/*
 * One network more, or one less, for a container that runs. The caller holds its lock and writes down what comes (a step
 * in its address) between network_lease() and network_attach(), and before network_detach(): the latter also cleans up
 * behind an interrupted one of either.
 */
struct network_attachment {
    struct container_address address;
    const char *request, *all; /* netavark's input: of this network, of all that it has then */
};
/* ERROR_CONFLICT and ERROR_UNAVAILABLE as network_prepare(). Arena. */
int network_lease(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_network *asked,
                  struct network_attachment *ret_attachment, struct error **err);
int network_attach(struct engine *engine, struct arena *arena, const struct container *ctr, const struct network_attachment *attachment,
                   struct error **err);
/* @force: also when netavark cannot be run. What it could not take down is gone all the same. */
int network_detach(struct engine *engine, struct arena *arena, const struct container *ctr, const char *network, bool force, struct error **err);
/* The name it has now, for the name service and the next reload. Again after a kill is fine. */
int network_rename(struct engine *engine, const struct container *ctr, struct error **err);
/* The files below again, for the addresses it has now. */
int network_refresh_files(struct engine *engine, const struct container *ctr, const char *dir, struct error **err);
/* Rules, interfaces and name service again after somebody flushed them: same addresses, same MACs; connections break. */
int network_reload(struct engine *engine, struct arena *arena, const struct container *ctr, struct error **err);

/* The files a container sees: hosts, resolv.conf, hostname, written in place into @dir. */
int network_write_files(struct engine *engine, const struct container *ctr, const struct network_plan *plan, const char *dir,
                        struct error **err);

/* Paths of the lock files that networks are changed under; arena. */
void network_locks(struct engine *engine, struct arena *arena, struct str_list *ret_paths);
