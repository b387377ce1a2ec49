#pragma once
/* What the files of core/store share, and nobody else sees. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/store/document.h"
#include "core/store/locks.h"
#include "core/store/store.h"
#include "core/store/values.h"

struct store {
    char *root, *runroot;
    char *home; /* ROOT/overlay */
    char *lock_paths[4];
    bool user_namespace; /* not the host's own: other marks on directories, no devices */
    _Atomic uint64_t tokens;
    atomic_bool prepared, swept;
    /* The volatile twins are podman 5's, for containers that go at exit. */
    struct document layers, volatile_layers, images, containers, volatile_containers, mounts;
};

/* ---- open.c ---- */
/* Makes the directories of the store, once. */
int store_prepare(struct store *store, struct error **err);
/* ROOT or RUNROOT joined with the rest, owned. */
char *store_path(const struct store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *store_run_path(const struct store *store, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Ids become parts of paths: 64 hex digits, or ERROR_INVALID naming @what. */
int store_check_id(const char *id, const char *what, struct error **err);

/* ---- move.c ---- */
/* rename(2) below ROOT, also into and out of overlay/ while podman has that mounted over itself. Paths are relative to
 * ROOT. -1 with errno. */
int store_move(struct store *store, const char *from, const char *to);

/* ---- staging.c ---- */
/* A directory of our own in ROOT/coracle/staging, where layers are unpacked and what is to be deleted waits. Not in
 * overlay/staging: podman 4 empties that whenever one of its commands ends, whoever works there. Whoever finds its lock
 * free after we died removes it. */
struct staging {
    struct store *store;
    char *name; /* path below ROOT; NULL: not made yet */
    char *path; /* whole */
    int lock;
};
#define autostaging __attribute__((cleanup(staging_cleanup))) struct staging
#define STAGING(store) ((struct staging){ store, NULL, NULL, -1 })
/* Makes it unless it is there. */
int staging_make(struct staging *staging, struct error **err);
/* Moves overlay/@layer into it; a missing one is fine. What is thrown is removed at the cleanup: declare it before the
 * locks of the store, so that they are free again by then. */
int staging_throw(struct staging *staging, const char *layer, struct error **err);
void staging_cleanup(struct staging *staging);

/* ---- layers.c ---- */
/* Both lists of layers while layers.lock is held; opening deletes layers that were left incomplete, as every program
 * that loads them does. */
struct layer_drafts {
    struct draft stable, brief;
    struct staging *trash; /* borrowed */
};
#define autolayerdrafts __attribute__((cleanup(layer_drafts_cleanup))) struct layer_drafts
int layer_drafts_open(struct store *store, int lock, struct staging *trash, struct layer_drafts *ret_drafts,
                      struct error **err);
int layer_drafts_save(struct layer_drafts *drafts, int lock, struct error **err);
void layer_drafts_cleanup(struct layer_drafts *drafts);
/* Decoded record, borrowed of the drafts; NULL without *err when there is none, else with. */
const struct store_layer *layer_drafts_find(struct layer_drafts *drafts, const char *id, struct error **err);
/* Says in its record that it is incomplete. */
int layer_drafts_flag(struct layer_drafts *drafts, const char *id, struct error **err);
int layer_drafts_remove(struct layer_drafts *drafts, const char *id, struct error **err);
/* Moves all files of a layer to the trash; missing ones are fine. */
int layer_throw(struct store *store, struct staging *trash, const char *id, struct error **err);
/* Makes link, lower or empty, work and merged of a layer whose diff is in @directory. @parent: NULL or an id */
int layer_furnish(struct store *store, const char *directory, const char *parent, struct error **err);
/* Makes the short name in l/ once the layer is in its place: whoever removes the layer finds the name there. */
int layer_publish(struct store *store, const char *id, struct error **err);
/* Mode and owner of the parent's root directory, or 0555 root. */
int layer_dress_root(struct store *store, const char *diff, const char *parent, struct error **err);
/* Short names of the layer and all below it, nearest first: "l/A:l/B". Owned. */
char *layer_chain(struct store *store, const char *id, struct error **err);

/* ---- images.c ---- */
/* Whether any image but @except mentions the layer, as its top or a mapped one: 1, 0, -1 with *err. */
int images_use_layer(const struct draft *images, const char *except, const char *layer, struct error **err);

/* ---- containers.c ---- */
/* The layer a container's record names, else the one it would have. Owned. */
char *container_layer(struct store *store, const char *id, struct error **err);
/* The rw layer's id follows from the container's, so that it is found again without a record. */
void container_layer_id(const char *container, char ret_id[65]);

/* ---- names.c ---- */
/* A JSON list of strings, appended. */
void names_print(struct buf *out, const struct str_list *names);
/* Takes names from all images but @except. */
int names_take(struct draft *images, const char *except, const struct str_list *names, struct error **err);
/* Text of a record with its names replaced and the new ones put in front of its history. Owned. */
char *names_edit(struct document *images, struct record *record, const struct str_list *names, size_t *ret_len,
                 struct error **err);
