#pragma once
/* Frames on one side, bytes on the other. Private to api/. */
#include <stddef.h>

struct websocket_relay {
    int client, core;  /* the connection; a stream socket. Borrowed */
    const char *early; /* what the client sent already; borrowed */
    size_t early_len;
};
/* Moves both ways at once until either side ends; a client that leaves, or breaks the protocol, is an end of @core. */
void websocket_relay(const struct websocket_relay *what);
