#pragma once
/*
 * What this machine's files say about registries: registries.conf (+ .d and aliases), policy.json, certs.d, auth files.
 *
 * Files are read anew each time: they are small, and a login or an edit counts at once. Everything returned is in the
 * caller's arena. A broken file is ERROR_INVALID naming the file and, where known, the line.
 *
 * Source of truth: containers-registries.conf(5), containers-policy.json(5), containers-auth.json(5),
 * containers-certs.d(5); registry.md sections 3, 7, 8, 9.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct arena;
struct error;
struct reference;
struct registry_auth;

/* ---- registries.conf ---- */

/* Full references ("host/path:tag") that a name without host may stand for, in the order to try them: its alias alone,
 * or one for each unqualified-search registry. ERROR_INVALID when there is none, saying which file to write what into,
 * or when short-name-mode is enforcing and there are several. */
int registry_expand_short_name(struct arena *arena, const char *name, struct str_list *ret_candidates,
                               struct error **err);

struct registry_endpoint {
    const char *host;       /* host[:port] to connect to; docker.io is registry-1.docker.io here */
    const char *auth_host;  /* whose credentials: the name before that */
    const char *repository; /* path below /v2/ */
    bool insecure;          /* no certificate checks, and plain http when https fails */
    bool mirror;
};
struct registry_endpoints {
    struct registry_endpoint *items;
    size_t count;
};
/* Where to pull @reference from: mirrors that take this kind of reference first, its location last.
 * ERROR_FORBIDDEN: "registry X is blocked in FILE" */
int registry_find_endpoints(struct arena *arena, const struct reference *reference,
                            struct registry_endpoints *ret_endpoints, struct error **err);

struct registry_summary {
    struct str_list search;            /* hosts that short names are looked for at */
    struct str_list insecure, blocked; /* locations */
};
/* For diagnostics. */
int registry_summarise(struct arena *arena, struct registry_summary *ret_summary, struct error **err);

/* ---- policy.json ---- */

/* Whether the policy lets an image of this name in. ERROR_FORBIDDEN: rejected, or signatures are asked for that cannot
 * be checked here, or there is no policy file at all (it says where it was looked for). */
int registry_check_policy(struct arena *arena, const struct reference *reference, struct error **err);

/* ---- credentials ---- */

/* From the auth files and credential helpers; all members "" when there are none for this place. ERROR_UNSUPPORTED: a
 * helper is not installed; ERROR_UNAUTHORIZED: it fails, in its words */
int registry_find_auth(struct arena *arena, const char *host, const char *repository, struct registry_auth *ret_auth,
                       struct error **err);
/* The same from what a client sent: one that is for no place in particular is for all. */
struct registry_auth registry_pick_auth(struct arena *arena, const struct registry_auth *sent, const char *host,
                                        const char *repository);

/* ---- certs.d ---- */

struct registry_certs {
    struct str_list authorities;          /* paths of *.crt */
    const char *client_cert, *client_key; /* NULL: none */
};
/* ERROR_INVALID: a .cert without its .key, or the reverse */
int registry_find_certs(struct arena *arena, const char *host, struct registry_certs *ret_certs, struct error **err);
