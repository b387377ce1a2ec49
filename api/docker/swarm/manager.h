#pragma once
/* What a dockerd outside a swarm says, in its words, which clients show. This engine is never in one. Private to api/docker. */
#include <stdint.h>

struct call;
struct error;

/* Handlers of routes that only a swarm's manager answers, once parameters and body were checked. */
int docker_no_manager(struct call *call, struct error **err);
/* The same for changes, which say what version they start from. @noun: "config" … */
int docker_no_manager_at(const char *noun, const int64_t *version, struct error **err);

#define NO_MANAGER { 503, NULL, "This engine is no manager of a swarm", REPLY_OBJECT, NULL }
