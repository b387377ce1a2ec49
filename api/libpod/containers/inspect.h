#pragma once
/* What the libpod dialect shows of one container. */
#include <stdbool.h>

struct arena;
struct container;
struct engine;
struct error;
struct libpod_inspect;

/* @ret_shown: lives in @arena and in @ctr. */
int libpod_inspect_container(struct engine *engine, struct arena *arena, const struct container *ctr, bool size,
                             struct libpod_inspect *ret_shown, struct error **err);
