#pragma once
/*
 * netavark's input as it was given, RUNROOT/coracle/netavark/ID.json: what a container has, so that anybody can take it
 * down, also a part of it, and also when the networks' files are gone. Private to core/network.
 */
#include "core/network/document.h"

struct arena;
struct engine;
struct error;

const char *request_text(struct arena *arena, const struct netavark_request *request, struct error **err); /* arena */
/* Of a running container; arena. ERROR_NOT_FOUND when nothing was set up. */
struct netavark_request *request_load(struct engine *engine, struct arena *arena, const char *container_id, struct error **err);
int request_store(struct engine *engine, struct arena *arena, const char *container_id, const char *text, struct error **err);
/* The same with @network alone, or with all others; borrows from @request. */
struct netavark_request request_only(struct arena *arena, const struct netavark_request *request, const char *network);
struct netavark_request request_without(struct arena *arena, const struct netavark_request *request, const char *network);
/* One more network in it; room is made. */
void request_add(struct arena *arena, struct netavark_request *request, const char *network, const struct netavark_attachment *attachment,
                 const char *document);
