#pragma once
/* How credentials are keyed by where they are for. Private to core/registry. */
#include <stdbool.h>

struct arena;
struct str_list;

/* Keys for a repository, the narrowest first: host/a/b, host/a, host, then other names of docker.io. */
struct str_list auth_places(struct arena *arena, const char *host, const char *repository);
/* Whether a key is another spelling of one of them: "https://HOST/v1/" as Docker writes it. */
bool auth_place_is(struct arena *arena, const char *key, const char *place);
