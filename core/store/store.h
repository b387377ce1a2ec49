#pragma once
/*
 * The containers/storage layout on disk (overlay driver), shared live with podman, buildah and skopeo.
 *
 * Records are snapshots in the caller's arena. Reading takes no lock: lists are only ever replaced by a rename, and are
 * cached by their lock's token and the file's identity, so an unchanged store costs a pread and a stat. Locks for
 * changes are held for milliseconds (others hold theirs while they unpack): layers are unpacked in ROOT/coracle/staging
 * and moved in place. Lock order: layers, images, containers; mountpoints alone.
 *
 * Source of truth: storage-format.md (verified against podman 4.3.1 and 5.4.2). Times Unix ns, sizes bytes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"

struct arena;
struct error;
struct source;
struct store;

/* Owned. Touches nothing on disk; directories are made at the first write. */
struct store *store_open(const char *graphroot, const char *runroot, struct error **err);
void store_close(struct store *store);

struct store_layer {
    const char *id, *parent, *diff_digest, *compressed_digest; /* digests as "sha256:…"; NULL when unknown */
    struct str_list names;
    int64_t created_unix_ns, diff_size, compressed_size;
    bool incomplete;
};

struct store_data_info {
    const char *key, *digest; /* digest: "sha256:…" or NULL */
    int64_t size;
};

struct store_image {
    const char *id, *digest, *layer; /* digest: of the manifest */
    struct str_list names, names_history;
    int64_t created_unix_ns;
    struct store_data_info *data; /* big data */
    size_t data_count;
};

struct store_container {
    const char *id, *image, *layer, *metadata;
    struct str_list names;
    int64_t created_unix_ns;
};

/* All records, oldest first. */
int store_layers(struct store *store, struct arena *arena, struct store_layer **ret_layers, size_t *ret_count,
                 struct error **err);
int store_images(struct store *store, struct arena *arena, struct store_image **ret_images, size_t *ret_count,
                 struct error **err);
int store_containers(struct store *store, struct arena *arena, struct store_container **ret, size_t *ret_count,
                     struct error **err);
/* One by exact id; NULL with ERROR_NOT_FOUND. */
struct store_layer *store_layer(struct store *store, struct arena *arena, const char *id, struct error **err);
struct store_image *store_image(struct store *store, struct arena *arena, const char *id, struct error **err);
/* A number that changes whenever images.json did: for caches above. */
uint64_t store_images_version(struct store *store, struct error **err);

/* Big data of an image by key ("sha256:…" for the config, "manifest", …); arena, NUL-terminated. */
char *store_image_data(struct store *store, struct arena *arena, const char *image_id, const char *key, size_t *ret_len,
                       struct error **err);

/* ---- layers in ---- */

struct store_staged; /* an unpacked layer that no record names yet; its staging lock keeps others off */

struct store_stage_options {
    const char *compressed_digest; /* verified while reading; NULL: none known, it is computed */
    int64_t compressed_size;       /* verified when >= 0 */
    const char *diff_digest;       /* verified; NULL: computed */
    /* Called now and then with compressed bytes read so far, on the thread that reads; may be NULL. */
    void (*progress)(void *context, int64_t done);
    void *progress_context;
};

/* Reads a tar, plain or compressed, to its end: unpacks it into staging with tar-split, checking digests.
 * Safe to run in many threads at once. Past the first megabyte @from is read on a thread of our own, one read at a
 * time, until we return. Owned; ERROR_INVALID for a hostile or damaged archive, ERROR_UNSUPPORTED for sparse files. */
struct store_staged *store_stage_layer(struct store *store, const struct source *from,
                                       const struct store_stage_options *options, struct error **err);
void store_staged_free(struct store_staged *staged);                     /* removes what was not committed */
const char *store_staged_diff_digest(const struct store_staged *staged); /* "sha256:…", borrowed */
int64_t store_staged_diff_size(const struct store_staged *staged);

/* The id a layer has by its parent and diff digest (base: the digest's hex). */
void store_layer_id(const char *parent, const char *diff_digest, char ret_id[65]);
/* Moves a staged layer in place as child of @parent (NULL: base). If there is one of that id, it is kept. */
int store_commit_layer(struct store *store, struct store_staged *staged, const char *parent, char ret_id[65],
                       struct error **err);

struct store_blob {
    const char *key;
    const void *data;
    size_t len;
};
struct store_new_image {
    const char *id; /* hex of the config digest */
    const char *digest; /* of the manifest, "sha256:…" */
    const char *layer;  /* top layer id; NULL for none */
    struct str_list names; /* taken away from images that have them */
    int64_t created_unix_ns;
    const struct store_blob *data;
    size_t data_count;
};
/* Adds the image, or its names and blobs to one that is there. */
int store_put_image(struct store *store, const struct store_new_image *image, struct error **err);
/* Replaces the names of an image; a name another image has moves here. */
int store_set_image_names(struct store *store, const char *image_id, const struct str_list *names, struct error **err);
/* Adds one name and removes at most one, in one step under the lock. Either may be NULL. */
int store_change_image_name(struct store *store, const char *image_id, const char *add, const char *drop,
                            struct error **err);
/* Removes the image and the layers nobody else needs. ERROR_CONFLICT naming the containers that use it.
 * @ret_layers: ids of layers removed, arena; may be NULL */
int store_remove_image(struct store *store, struct arena *arena, const char *image_id, struct str_list *ret_layers,
                       struct error **err);

/* Removes a layer whose files may be missing. ERROR_CONFLICT when another layer, an image or a container stands on it. */
int store_remove_layer(struct store *store, const char *id, struct error **err);

/* ---- containers ---- */

/* A rw layer above the image's and a record that protects the image; "": without one. ERROR_CONFLICT: the name or id is taken, maybe by
 * a container of podman's. Say in the database what is being made before calling: what a kill leaves in the middle is
 * removed by store_remove_container(), which needs the id alone. */
int store_create_container(struct store *store, const char *id, const char *name, const char *image_id,
                           const char *image_name, struct error **err);
int store_rename_container(struct store *store, const char *id, const char *name, struct error **err);
/* Record, rw layer and directories; missing ones are fine (repair calls it again). */
int store_remove_container(struct store *store, const char *id, struct error **err);
/* Mounts the container's root at RUNROOT/coracle/mounts/ID, where podman's mounts cannot hide it, and counts it in
 * mountpoints.json, so that `podman rm` is refused meanwhile. Already mounted is fine. @ret_path: arena */
int store_mount_container(struct store *store, struct arena *arena, const char *id, const char **ret_path,
                          struct error **err);
/* The same through the mapping of a user namespace, so that the ids on disk stay the container's. @userns: its descriptor; -1
 * for none. ERROR_CONFLICT: it is mounted. ERROR_UNSUPPORTED where the file system has no mounts of that kind */
int store_mount_container_mapped(struct store *store, struct arena *arena, const char *id, int userns, const char **ret_path,
                                 struct error **err);
/* The same with what is mounted being the caller's affair: @mount does it at @target. */
typedef int store_mount_function(void *context, const char *target, struct error **err);
int store_mount_container_by(struct store *store, struct arena *arena, const char *id, store_mount_function *mount, void *context,
                             const char **ret_path, struct error **err);
int store_unmount_container(struct store *store, const char *id, struct error **err); /* not mounted is fine */
/* GRAPHROOT/overlay-containers/ID/userdata and its twin below RUNROOT; arena. Made by store_create_container(). */
const char *store_container_dir(struct store *store, struct arena *arena, const char *id);
const char *store_container_run_dir(struct store *store, struct arena *arena, const char *id);
/* The container's own changes: path of the rw layer's diff directory, arena. */
const char *store_container_diff(struct store *store, struct arena *arena, const char *id, struct error **err);
/* What is below that, the image's layers, as one read-only tree: a directory open for reading, owned; mounted nowhere.
 * -1 with *err. */
int store_open_lower(struct store *store, const char *id, struct error **err);
/* Mounts a layer with those below it at @target, a directory, read-only. @userns as of store_mount_container_mapped(), for the
 * container @id. A stopped program leaves the mount: whoever names the place clears it. */
int store_mount_layers(struct store *store, const char *layer, const char *id, int userns, const char *target, struct error **err);
/* The same of a layer with those below it. */
int store_open_layers(struct store *store, const char *layer, struct error **err);
