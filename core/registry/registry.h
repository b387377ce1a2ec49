#pragma once
/*
 * The registry protocol, for reading: one repository at one host. `struct registry` holds what its threads share (the
 * scheme that works, the token), `struct registry_link` is one thread's connections.
 *
 * Source of truth: OCI distribution-spec 1.1; Docker's token authentication; registry.md.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;
struct registry;
struct registry_auth;
struct registry_blob;
struct registry_endpoint;
struct registry_link;
struct source;
struct str_list;

struct registry_options {
    const struct registry_endpoint *endpoint;
    const struct registry_auth *auth; /* NULL: as the auth files say */
    bool insecure;                    /* whatever the endpoint says */
    bool verify;                      /* the same for checking certificates; wins */
    const atomic_bool *stop;          /* ends every wait; may be NULL */
};

/* Finds the host and its scheme by asking it. Owned. What @options points at is borrowed for its life.
 * ERROR_UNAVAILABLE: it does not answer; ERROR_UNAUTHORIZED: it does not take the credentials */
struct registry *registry_open(const struct registry_options *options, struct error **err);
void registry_close(struct registry *registry); /* after its links */
struct registry_link *registry_link_open(struct registry *registry, struct error **err);
void registry_link_close(struct registry_link *link);

/* Whether the host takes the credentials, for the endpoint without a repository. ERROR_UNAUTHORIZED: it does not;
 * ERROR_UNAVAILABLE */
int registry_login(const struct registry_options *options, struct error **err);

struct registry_manifest {
    const char *text; /* the very bytes, NUL-terminated; arena */
    size_t len;
    const char *media_type, *digest; /* digest: of these bytes, checked against what was asked for */
};
/* @reference: a tag or "sha256:…". ERROR_NOT_FOUND, ERROR_UNAUTHORIZED, ERROR_FORBIDDEN, ERROR_UNAVAILABLE,
 * ERROR_INVALID: the digest is wrong, or it is too large */
int registry_get_manifest(struct registry_link *link, struct arena *arena, const char *reference,
                          struct registry_manifest *ret_manifest, struct error **err);

/* Every tag of the repository; arena. ERROR_NOT_FOUND and the others as above. */
int registry_list_tags(struct registry_link *link, struct arena *arena, struct str_list *ret_tags, struct error **err);

/* A blob as a stream. One that breaks off is asked for again from there, a few times. Digests are the reader's to
 * check. Owned; one at a time for a link. */
struct registry_blob *registry_open_blob(struct registry_link *link, const char *digest, int64_t size,
                                         struct error **err);
void registry_close_blob(struct registry_blob *blob);
struct source registry_blob_source(struct registry_blob *blob);
