#pragma once
/* Host ports and addresses that a container of the past still holds. Private to core/container. */
#include <stdbool.h>

struct container;
struct engine;

/*
 * Whoever waits for the end of a container hears of it before its network is down, and may start another one on the
 * same port at once. Waits until every container that ended has given back what it had; false when none had any.
 */
bool container_await_ports(struct engine *engine, const struct container *ctr);
