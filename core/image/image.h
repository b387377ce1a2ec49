#pragma once
/*
 * Images: what the store's records and the images' own config documents say together.
 *
 * A `struct image` is a snapshot in the caller's arena. Names are full references ("docker.io/library/alpine:latest");
 * image_familiar() gives Docker's short form. Ids are 64 hex digits without "sha256:". Times Unix ns, sizes bytes.
 *
 * Source of truth: OCI image-spec config and manifest; Docker image manifest v2 schema 2; storage-format.md, registry.md.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/container/spec.h"

struct arena;
struct engine;
struct error;
struct sink;
struct source;

struct image_history {
    int64_t created_unix_ns;
    const char *created_by, *comment, *author; /* "" when none */
    bool empty_layer;
    int64_t size; /* of its layer */
};

struct image {
    const char *id, *digest;       /* digest of the manifest, "sha256:…" */
    const char *parent;            /* "" */
    const char *top_layer;         /* store's layer id, "" for none */
    struct str_list names;         /* full references with tag */
    struct str_list repo_digests;  /* repo@sha256:… */
    int64_t created_unix_ns, size;
    int64_t shared_size;           /* of layers other images have too; set by image_share() */
    const char *os, *architecture, *variant, *author, *comment, *docker_version;
    const char *manifest_type;     /* media type */
    struct str_list layers;        /* diff ids, base first */
    /* The config document's runtime part */
    struct str_list entrypoint, command, env, exposed_ports, volumes, shell, on_build;
    const char *user, *workdir, *stop_signal;
    struct str_map labels;
    struct container_health *health; /* NULL when none */
    struct { struct image_history *items; size_t count; } history; /* oldest first */
    const char *config_json, *manifest_json; /* the documents as stored */
};

/* By id, unique id prefix ("sha256:" allowed), name, short name, or name@digest. @docker: short names are docker.io's
 * first, else localhost's; otherwise localhost's first, else any host's. ERROR_NOT_FOUND "No such image: x"; ERROR_CONFLICT when ambiguous. */
struct image *image_find(struct engine *engine, struct arena *arena, const char *key, bool docker, struct error **err);

/* ERROR_NOT_FOUND about "platform" when the image is of another one. Parts that are NULL or "" are any. */
int image_check_platform(const struct image *image, const char *name, const char *os, const char *architecture,
                         const char *variant, struct error **err);

struct image_filters { /* values of a key are OR (labels AND), keys are AND */
    struct str_list reference, label, label_not, before, since, until, id, digest;
    const char *dangling, *intermediate, *readonly, *containers; /* "true" "false" or NULL */
};
int image_filter_add(struct arena *arena, struct image_filters *filters, const char *key, const char *value, struct error **err);
/* Newest first. */
int image_list(struct engine *engine, struct arena *arena, const struct image_filters *filters, bool all, bool docker,
               struct image **ret_images, size_t *ret_count, struct error **err);
int image_count(struct engine *engine, int64_t *ret_count, struct error **err);
/* Fills the shared sizes of images of a list. */
int image_share(struct engine *engine, struct arena *arena, struct image *images, size_t count, struct error **err);
/* Bytes of the layers of all images, or of those of these ids alone, each layer once. */
int image_layers_size(struct engine *engine, struct arena *arena, const struct str_list *ids, int64_t *ret_bytes, struct error **err);

/* Adds a name. ERROR_INVALID: not a reference. */
int image_tag(struct engine *engine, const char *key, const char *reference, bool docker, struct error **err);
int image_untag(struct engine *engine, const char *key, const char *reference, bool docker, struct error **err);
struct image_removal {
    struct str_list untagged; /* full references, then digests as Docker lists them */
    struct str_list deleted;  /* layer and image ids, hex */
};
/* By name: untags, and deletes when it was the last. ERROR_CONFLICT names the container that uses it. @force: also by id
 * with several names. Stopped containers of it are removed with it then; @docker: they stay, and so does the image,
 * without names. */
int image_remove(struct engine *engine, struct arena *arena, const char *key, bool force, bool docker, bool noprune,
                 struct image_removal *ret_removal, struct error **err);

/* Removes an image, with all its names, whose documents or layers may be missing. @id: hex. ERROR_CONFLICT when a container
 * uses it. */
int image_remove_damaged(struct engine *engine, struct arena *arena, const char *id, struct error **err);
struct image_pruned {
    const char *id;
    struct image_removal removal;
    int64_t size; /* bytes of the layers that went */
};
/* Removes images no container uses, podman's included: those without a name, or with @all any, that match. @ret_items:
 * arena, newest first. @docker: layers are listed as deleted too. */
int image_prune(struct engine *engine, struct arena *arena, const struct image_filters *filters, bool all, bool docker,
                struct image_pruned **ret_items, size_t *ret_count, int64_t *ret_bytes, struct error **err);

/* ---- references ---- */

struct reference {
    const char *domain, *path, *tag, *digest; /* tag or digest NULL when absent; domain never NULL */
};
/* Parses "[host/]path[:tag][@digest]" without looking anything up; a name without host gets @default_domain and, for
 * docker.io, "library/". ERROR_INVALID says what is wrong with it. */
int reference_parse(struct arena *arena, const char *text, const char *default_domain, struct reference *ret_reference, struct error **err);
const char *reference_text(struct arena *arena, const struct reference *reference); /* full */
const char *image_familiar(struct arena *arena, const char *full_name);            /* alpine:latest */

/* ---- pull ---- */

struct registry_auth { /* "" or NULL: none given */
    const char *username, *password, *identity_token, *registry_token, *server_address;
    struct {
        struct registry_auth_place *items;
        size_t count;
    } places; /* instead: what podman's client knows, by place */
};
struct registry_auth_place {
    const char *place; /* host[/path] */
    struct registry_auth auth;
};
/* X-Registry-Auth (base64 JSON, URL alphabet or not): one, or podman's map. An empty header or {} gives none.
 * ERROR_INVALID otherwise. */
int registry_auth_decode(struct arena *arena, const char *header, struct registry_auth *ret_auth, struct error **err);
/* Whether there is anything in it. */
bool registry_auth_given(const struct registry_auth *auth);

enum pull_phase {
    PULL_RESOLVED,   /* reference: what is pulled from where */
    PULL_LAYER_SEEN, /* layer: its short digest; all layers first */
    PULL_LAYER_EXISTS,
    PULL_LAYER_PROGRESS, /* done of total compressed bytes */
    PULL_LAYER_VERIFYING,
    PULL_LAYER_DONE,
    PULL_CONFIG,
    PULL_MANIFEST, /* storing the image */
    PULL_DONE,     /* digest, id; updated: anything was new */
};
struct pull_progress {
    enum pull_phase phase;
    const char *reference, *digest, *layer, *id; /* layer: full digest "sha256:…" */
    int64_t done, total;
    bool exists; /* the store has the layer */
    bool updated;
};
struct pull_options {
    const char *reference;     /* as the client wrote it: short names are resolved */
    bool docker;               /* short names are docker.io's (compat_api_enforce_docker_hub) */
    const char *platform;      /* os[/arch[/variant]] or NULL for the host's */
    const char *policy;        /* always (NULL) missing newer never */
    const struct registry_auth *auth; /* NULL: auth files */
    const bool *tls_verify;    /* NULL: registries.conf */
    /* Called from one thread at a time; a non-zero return (with *err) ends the pull. May be NULL. */
    int (*progress)(void *context, const struct pull_progress *progress, struct error **err);
    void *context;
};
/* Returns once stored; @ret_id: hex. ERROR_NOT_FOUND "manifest unknown", ERROR_UNAUTHORIZED, ERROR_FORBIDDEN (policy),
 * ERROR_UNAVAILABLE (registry unreachable), ERROR_INVALID. */
int image_pull(struct engine *engine, const struct pull_options *options, char ret_id[65], struct error **err);
/* Full names of all tags of the repository that @options->reference names, as it is there: no mirror is asked. Arena. */
int image_pull_list(struct arena *arena, const struct pull_options *options, struct str_list *ret_names, struct error **err);

/* ---- archives ---- */

/* docker-archive or oci-archive, compressed or not. @ret_names: full names loaded, or "sha256:…" for one without. */
int image_load(struct engine *engine, struct arena *arena, const struct source *from, struct str_list *ret_names, struct error **err);
struct image_import_options {
    const char *reference, *message, *platform; /* may be NULL */
    struct str_list changes; /* Dockerfile instructions: CMD ENTRYPOINT ENV EXPOSE LABEL USER VOLUME WORKDIR STOPSIGNAL */
    bool docker;
};
struct image_config_run; /* documents.h: core/container makes one for a commit */
struct image_commit_options {
    const char *base;      /* id of the image below, hex; NULL: none, the layer is everything */
    const char *reference; /* NULL or empty: no name */
    const char *author, *comment, *created_by; /* may be NULL; created_by: what made the difference, for the history */
    const struct image_config_run *run; /* what a container of it runs, before the changes */
    struct str_list changes; /* as above, HEALTHCHECK too */
    bool docker;           /* short names are docker.io's, else localhost's */
    bool docker_format;    /* Docker's manifest, which has a place for health checks; else OCI's */
};
/* An image of another and of one layer more, which @from is the tar of. @ret_name: its full name or ""; arena
 *   ERROR_INVALID  a change or the reference is wrong; before anything of @from is read */
int image_commit(struct engine *engine, struct arena *arena, const struct source *from, const struct image_commit_options *options,
                 char ret_id[65], const char **ret_name, struct error **err);
/* The same checks alone. */
int image_commit_check(struct arena *arena, const struct image_commit_options *options, struct error **err);

/* A root file system tar as an image of one layer. */
int image_import(struct engine *engine, const struct source *from, const struct image_import_options *options, char ret_id[65],
                 struct error **err);
