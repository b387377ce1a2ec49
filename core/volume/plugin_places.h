#pragma once
/*
 * Where volume plugins are: [engine.volume_plugins] of containers.conf, then, as Docker looks, sockets in
 * /run/docker/plugins and files .spec and .json in /etc/docker/plugins and /usr/lib/docker/plugins, each also in a folder of
 * the plugin's name. Looked up at each use: plugins come and go. Private to core/volume.
 */
#include <stdbool.h>

#include "core/base/str.h"

struct arena;
struct config;
struct error;

struct plugin_place {
    const char *name;
    const char *socket; /* path; NULL: url has the host */
    const char *url;    /* without a slash at its end */
    const char *authority, *certificate, *key; /* paths, or NULL */
    bool unverified;
};

/* Arena. ERROR_NOT_FOUND "volume driver" when there is none, ERROR_INTERNAL when its file cannot be understood: named. */
int plugin_place_find(const struct config *config, struct arena *arena, const char *name, struct plugin_place *ret_place,
                      struct error **err);
/* Names of all that could be one: what is not configured may be plugins of other kinds. */
void plugin_place_names(const struct config *config, struct arena *arena, struct str_list *ret_names);
