#pragma once
/* Published ports: chosen, checked, and held by sockets so that nobody else takes them. Private to core/network. */
struct arena;
struct container;
struct engine;
struct error;
struct network_plan;

/* Fills plan->ports (host ports chosen) and plan->reserved. ERROR_CONFLICT in Docker's words when one is taken. */
int ports_reserve(struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err);
/* With a transaction open: rows of plan->ports. ERROR_CONFLICT when another container has one. */
int ports_record(struct engine *engine, const struct container *ctr, const struct network_plan *plan, struct error **err);
