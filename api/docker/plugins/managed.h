#pragma once
/* Plugins that an engine fetches and runs: this one has none and takes none. Private to api/docker. */
struct call;
struct error;

/* dockerd's words for a plugin it does not have. */
int docker_no_plugin(const char *name, struct error **err);
/* Why there can be none. */
int docker_no_plugins(struct call *call, struct error **err);

#define NO_SUCH_PLUGIN { 404, NULL, "No such plugin", REPLY_OBJECT, NULL }
#define NO_PLUGINS { 501, NULL, "This engine takes no managed plugins", REPLY_OBJECT, NULL }
