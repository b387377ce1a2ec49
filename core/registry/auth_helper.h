#pragma once
/* Programs that keep credentials: docker-credential-NAME. Private to core/registry. */
struct arena;
struct error;
struct registry_auth;

/* Nothing known leaves *ret_auth alone. ERROR_UNSUPPORTED: not installed; ERROR_UNAUTHORIZED: it fails, in its words */
int auth_ask_helper(struct arena *arena, const char *name, const char *host, struct registry_auth *ret_auth,
                    struct error **err);
