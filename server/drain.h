#pragma once
/*
 * The end of a server, as its connections see it. One per server, shared by all threads.
 *
 * Whoever waits between two requests, or for something to stream, polls `fd`. A connection that left HTTP belongs to
 * the code that took it, which knows no server: such ones are listed here and cut.
 */
#include <stdbool.h>

struct connection;
struct error;
struct drain;

struct drain *drain_new(struct error **err); /* owned */
void drain_free(struct drain *drain);        /* once no connection is left */

int drain_fd(const struct drain *drain); /* readable from drain_begin() on; borrowed */
bool drain_begun(const struct drain *drain);
void drain_begin(struct drain *drain);

/* @connection's descriptor is cut when the drain begins, or at once when it has begun; until drain_forget(), which has
 * to come before the descriptor is closed and does nothing for others. */
void drain_cut(struct drain *drain, struct connection *connection);
void drain_forget(struct drain *drain, struct connection *connection);
