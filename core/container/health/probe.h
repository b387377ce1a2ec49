#pragma once
/* One health check as a process in the container. Private to core/container. */
#include "core/container/health/rules.h"

struct arena;
struct engine;
struct error;

/*
 * Runs @check to its end, or kills it when it takes too long. @name: of its directory in the container's run directory;
 * nobody else uses it at the same time. @ended: turns readable when the container ends; borrowed
 *
 * What goes wrong with the check is a result. 1, 0 when the container ended meanwhile, -1 when it could not be tried.
 */
int health_probe(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_health *check,
                 const char *name, int ended, struct container_health_result *ret_result, struct error **err);
/* Ends what is left of one that lost whoever ran it, and removes its directory. */
void health_probe_forget(struct engine *engine, struct arena *arena, const struct container *ctr, const char *name);
