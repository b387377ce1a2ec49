#pragma once
/* What both routes that show a network send. */
struct call;
struct error;

/* Replies with the network and the containers that run on it. */
int libpod_inspect_network(struct call *call, const char *key, struct error **err);
