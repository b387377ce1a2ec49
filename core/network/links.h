#pragma once
/*
 * Links: other containers by names of a container's own choice, "TARGET:ALIAS" in its wish for a network. aardvark-dns
 * knows names that all see, so these stand in the container's hosts file, for as long as the target is on the network.
 *
 * On a user's network the target is a name or alias that somebody there may come to have. On the default one it is a
 * container that has to exist and, when the other starts, to run: its id, and its own names go along.
 *
 * Source of truth: Docker's --link; its variables of the environment are gone since version 29. Private to core/network.
 */
struct arena;
struct buf;
struct container;
struct container_address;
struct container_network;
struct engine;
struct error;
struct network;

/* At create and connect; on the default network targets become ids. ERROR_INVALID names the link. */
int links_check(struct engine *engine, struct arena *arena, const struct network *network, struct container_network *asked,
                struct error **err);
/* Before a start that somebody asked for: ERROR_CONFLICT says who does not run, or not on the default network. */
int links_require(struct engine *engine, const struct container *ctr, struct error **err);
/* Lines of /etc/hosts for the network of @address. */
int links_put_hosts(struct engine *engine, const struct container *ctr, const struct container_address *address, struct buf *out,
                    struct error **err);
