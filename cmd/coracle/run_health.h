#pragma once
/* Options of `coracle run` about the health check. */
struct arena;
struct error;
struct libpod_spec;

/* Takes an option with its value in optarg: 1, 0 when it is none of these, -1 with *err. */
int run_health_take(struct arena *arena, int key, struct libpod_spec *spec, struct error **err);
/* Once all are read: what goes without saying, and what does not go without the others. */
int run_health_finish(struct libpod_spec *spec, struct error **err);
