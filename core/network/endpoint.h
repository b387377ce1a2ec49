#pragma once
/*
 * A container's endpoint: what it has of networks (namespace, addresses, ports, netavark's doing). Private to core/network.
 *
 * RUNROOT/coracle/endpoints/ID stands for it from before the first of these is there until the last is gone; who takes it
 * down holds that file's lock, and not the container's: that may be removed, or made anew, meanwhile.
 */
struct container;
struct engine;
struct error;

/* Takes down what an earlier run left, waiting for whoever is at it; the caller holds the container's lock. Then there is
 * an endpoint, with nothing in it. */
int endpoint_make(struct engine *engine, const struct container *ctr, struct error **err);
