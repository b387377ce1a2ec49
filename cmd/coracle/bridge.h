#pragma once
/*
 * A unix socket for libcurl that leads to the far end of an ssh:// address: libcurl wants to connect by itself (its
 * 7.88 ignores that a socket is connected already), so it gets a path, and whoever connects there gets an ssh.
 */
#include <pthread.h>

struct client;
struct error;

struct bridge {
    const struct client *client;
    char dir[64], path[80];
    int listener;
    pthread_t thread;
    struct error *err; /* why ssh could not be started */
};
/* Returns 0 with `path` ready, or -1 with *err. Ends with bridge_close(). */
int bridge_open(struct bridge *bridge, const struct client *client, struct error **err);
/* *ret_err: why ssh could not be started, owned, or NULL */
void bridge_close(struct bridge *bridge, struct error **ret_err);
