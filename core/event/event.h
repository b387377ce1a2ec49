#pragma once
/*
 * Events: rows with an increasing id, written in the transaction of what they tell about, also by subcommands while no
 * server runs. Types and actions are Docker's words ("container" "start"); attributes are Docker's and podman's names.
 */
#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;
struct sink;

struct event {
    int64_t id; /* increasing, never reused */
    int64_t time_unix_ns;
    const char *type;   /* container image network volume … */
    const char *action; /* create start die destroy pull tag … */
    const char *actor_id;
    struct str_map attributes; /* image, name, exitCode, signal, labels … */
};

/* Inside a transaction of state.h: becomes visible with it. */
int event_add(struct engine *engine, const char *type, const char *action, const char *actor_id, const struct str_map *attributes,
              struct error **err);
/* In a transaction of its own. */
int event_add_now(struct engine *engine, const char *type, const char *action, const char *actor_id,
                  const struct str_map *attributes, struct error **err);

/* "prune" of a type, in a transaction of its own: about no object, with the bytes that are free again. */
int event_add_pruned(struct engine *engine, const char *type, int64_t reclaimed_bytes, struct error **err);

struct event_filters {
    /* values of a key are OR, keys AND */
    struct str_list type, event, container, image, volume, network, label, scope, daemon, pod, plugin, service, node, secret, config;
};
struct event_query {
    int64_t since_unix_ns, until_unix_ns; /* 0: none. until in the past ends the stream when reached */
    int64_t after_id;                     /* events with a larger id */
    bool resumes;         /* after_id is where a client was: EVENT_GAP tells it what was forgotten since */
    int64_t heartbeat_ms; /* EVENT_HEARTBEAT when nothing was told for so long; 0: never */
    bool stream;          /* keep following; false: end with what is there */
    struct event_filters filters;
};
/*
 * Told to followers and kept nowhere. Both are of the type "daemon", and a resume after their id misses nothing.
 *   gap        "from" and "to" are the ids that were forgotten; or the client knew "asked", and "newest" is less: it was
 *              another database
 *   heartbeat  nothing more happened up to its id
 */
#define EVENT_GAP "gap"
#define EVENT_HEARTBEAT "heartbeat"

/* Id of the newest event, 0 when there was none: as after_id, everything that happens from now on. */
int event_newest(struct engine *engine, int64_t *ret_id, struct error **err);
/* Calls @each for every event in order (its memory is valid during the call); a non-zero return ends it.
 * @sink: only its wait() is used. */
int event_follow(struct engine *engine, const struct event_query *query, const struct sink *sink,
                 int (*each)(void *context, const struct event *event, struct error **err), void *context, struct error **err);
/* Whether events of that time may have been forgotten. */
int event_is_forgotten(struct engine *engine, int64_t unix_ns, bool *ret_forgotten, struct error **err);
/* Attributes of the newest event of that action on that object: 1, or 0 when there is none. Arena. */
int event_last(struct engine *engine, struct arena *arena, const char *action, const char *actor_id,
               struct str_map *ret_attributes, struct error **err);
/* Puts filters of both dialects ("type", "event", "container", …) in; ERROR_INVALID names an unknown key. */
int event_filter_add(struct arena *arena, struct event_filters *filters, const char *key, const char *value, struct error **err);
