#pragma once
/*
 * Secrets, shared live with podman: what is known of each in ROOT/secrets/secrets.json, the value where its driver keeps
 * it (file: secretsdata.json in a folder of the options; shell: four commands of the user's; pass: a file that gpg
 * encrypts). Whoever changes something holds ROOT/secrets/secrets.lock, then the driver's own lock.
 *
 * Values go through descriptors alone: never into a child's arguments or environment, the log, an event or the database.
 *
 * What a change has to finish is a row of secret_changes until it is done, so that a kill leaves no value behind that
 * no secret names, and no secret without its value (secret_repair(), called by all of these).
 *
 * Source of truth: what podman 5.4.2 and 4.3.1 leave on disk and answer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct engine;
struct error;

#define SECRET_MAX_BYTES 512000 /* a value is shorter */

struct secret {
    const char *id, *name, *driver; /* id: 25 hex digits */
    struct str_map labels, options; /* options: the driver's */
    int64_t created_unix_ns, updated_unix_ns;
};

struct secret_wish { /* borrowed */
    const char *name;
    const char *driver; /* "": containers.conf's, else file */
    struct str_map options, labels; /* no options: containers.conf's */
    const void *data;
    size_t len;
    bool replace; /* one of that name goes, in one step */
    bool ignore;  /* one of that name is the answer */
};
/*   ERROR_INVALID   name, driver, an option or the size is wrong: named
 *   ERROR_CONFLICT  the name is in use (noun "secret")
 * @ret_id: arena */
int secret_create(struct engine *engine, struct arena *arena, const struct secret_wish *wish, const char **ret_id,
                  struct error **err);

/* By name, id, or a beginning of an id that is unique. ERROR_NOT_FOUND, or ERROR_INVALID for one that is not. Arena. */
int secret_find(struct engine *engine, struct arena *arena, const char *key, struct secret *ret_secret, struct error **err);
/* With its value, which ends in a NUL that does not count. */
int secret_load(struct engine *engine, struct arena *arena, const char *key, struct secret *ret_secret,
                const char **ret_data, size_t *ret_len, struct error **err);

struct secret_filters { /* values of a key are OR (labels AND), keys are AND */
    struct str_list id, name, names, prefix, label;
};
/* @docker: names by their beginning instead of regular expressions. ERROR_INVALID names an unknown key or a bad value. */
int secret_filter_add(struct arena *arena, struct secret_filters *filters, bool docker, const char *key, const char *value,
                      struct error **err);
bool secret_matches(const struct secret_filters *filters, const struct secret *secret);
/* Oldest first. Arena. */
int secret_list(struct engine *engine, struct arena *arena, const struct secret_filters *filters,
                struct secret **ret_secrets, size_t *ret_count, struct error **err);

/* Grows with every change of the secret; what a client has to have seen to change it. */
int64_t secret_version(const struct secret *secret);
/* New labels. ERROR_CONFLICT when @version is not the present one. */
int secret_relabel(struct engine *engine, const char *key, int64_t version, const struct str_map *labels, struct error **err);
/* ERROR_NOT_FOUND; what its driver says when it cannot let the value go: then the secret stays. */
int secret_remove(struct engine *engine, const char *key, struct error **err);

/* Finishes what a kill left. Cheap when there is nothing. */
int secret_repair(struct engine *engine, struct error **err);
