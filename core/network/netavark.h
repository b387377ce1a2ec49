#pragma once
/* Running netavark. Private to core/network. */
struct arena;
struct engine;
struct error;

/* "setup" or "teardown", with the request on standard input. ERROR_UNSUPPORTED when it is not installed, ERROR_INTERNAL
 * with its own words when it failed. */
int netavark_run(struct engine *engine, struct arena *arena, const char *verb, const char *request, const char *netns, struct error **err);
/* "teardown" that also takes down the firewall rules a network has for all its containers, see rules.h. */
int netavark_drop(struct engine *engine, struct arena *arena, const char *request, const char *netns, struct error **err);
/* Other name servers for a network that containers are on. */
struct str_list;
int netavark_update(struct engine *engine, struct arena *arena, const char *network, const struct str_list *servers, struct error **err);
/* Keeps netavark off, also one that nobody waits for any more. Owned descriptor, or -1. */
int netavark_lock(struct engine *engine, struct arena *arena, struct error **err);
/* RUNROOT/coracle/netavark/ID.json: what was asked for, so that anybody can take it down. Arena. */
const char *netavark_request_path(struct engine *engine, struct arena *arena, const char *container_id);
