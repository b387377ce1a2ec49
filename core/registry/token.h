#pragma once
/* The Authorization header of a registry's requests: basic, or a token that is fetched and kept until it expires.
 * Private to core/registry. */
#include <stdbool.h>

struct error;
struct registry;
struct registry_link;
struct str_list;

/* @ret_authorization: owned, NULL for none. @refused: what did not do; NULL: nothing yet. ERROR_UNAUTHORIZED when
 * credentials are missing or wrong. Uses the link's connection. */
int token_get(struct registry_link *link, const char *refused, char **ret_authorization, struct error **err);
/* A refusal may ask for more than was known. */
void token_see_challenge(struct registry *registry, const struct str_list *challenges);
