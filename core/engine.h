#pragma once
/*
 * The engine: what every core function works on. One per process, shared by all threads; each part does its own locking.
 *
 * Opening does nearly nothing (no directory walk, no database): parts open at first need.
 */
#include <stdbool.h>
#include <stdint.h>

struct activity;
struct bell;
struct config;
struct error;
struct state;
struct store;

struct engine_options {
    const char *root;    /* graphroot; NULL: storage.conf, else /var/lib/containers/storage */
    const char *runroot; /* NULL: storage.conf, else /run/containers/storage */
    const char *program; /* absolute path of coracled, for exit commands; NULL: /proc/self/exe */
};

struct engine {
    char *root, *runroot;
    char *state_dir;  /* ROOT/coracle */
    char *run_dir;    /* RUNROOT/coracle */
    char *program;
    struct config *config;
    struct store *store; /* core/store/store.h */
    struct state *state; /* core/state/state.h: the database */
    struct bell *bell;   /* core/state/bell.h: "something changed", across processes */
    struct attach_registry *attachments; /* core/container/attach/attach.h: who waits for a container to start */
    struct container_cache *containers;  /* core/container/row.h: snapshots by id and revision; made at first need */
    struct activity *activity;           /* core/base/activity.h: what threads are at */
    bool repaired; /* container_repair_all() has looked */
    int64_t started_unix_ns;
};

#define autoengine __attribute__((cleanup(engine_cleanup))) struct engine

/* Owned. */
struct engine *engine_open(const struct engine_options *options, struct error **err);
void engine_close(struct engine *engine);

static inline void engine_cleanup(struct engine **engine)
{
    engine_close(*engine);
}
