#pragma once
/* What is told about a network. Private to core/network. */
struct engine;
struct error;
struct network;

int network_event(struct engine *engine, const struct network *network, const char *action, struct error **err);
