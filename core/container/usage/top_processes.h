#pragma once
/* Which processes are a container's. Private to core/container. */
#include <stddef.h>

struct arena;
struct container;
struct engine;
struct error;
struct str_list;

/* One that runs, or ERROR_CONFLICT. Owned. */
struct container *top_find(struct engine *engine, const char *key, struct error **err);
/* Their numbers as text, smallest first; arena */
void top_processes(struct arena *arena, const struct container *ctr, struct str_list *ret_pids);
