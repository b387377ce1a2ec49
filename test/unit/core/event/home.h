#pragma once
/* An engine with a database of its own and nothing else, for the tests of this folder. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/state/bell.h"
#include "core/state/state.h"

static struct arena *arena;
static char folder[64];
static struct engine engine;
static struct config config;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-event-XXXXXX");
    assert_non_null(mkdtemp(folder));
    config = (struct config){ .events_size_max = "" };
    engine.config = &config;
    engine.bell = bell_open(folder);
    engine.state = state_open(folder, &engine);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    state_close(engine.state);
    bell_close(engine.bell);
    path_remove_tree(folder, &err);
    arena_free(arena);
    return 0;
}

static void add(const char *action, const char *id, const char *key, const char *value)
{
    autoerror *err = NULL;
    struct str_map attributes = { 0 };
    str_map_set(arena, &attributes, key, value);
    if (event_add_now(&engine, "container", action, id, &attributes, &err) < 0)
        fail_msg("%s", err->message);
}
