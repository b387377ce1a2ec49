#pragma once
/*
 * A container's streams over a WebSocket, for who cannot leave HTTP otherwise: browsers, and clients behind proxies.
 *
 * Messages of either kind are input, as one stream; output goes out in binary messages. A close frame is the client
 * leaving: there is no half-close. Source of truth: RFC 6455.
 */
struct call;
struct container_client;
struct error;
struct websocket;

/* Checks the handshake; ERROR_INVALID names a header. Arena. */
struct websocket *websocket_new(struct call *call, struct error **err);
/* For container_attach(): answers the handshake, and gives one end of a pair that carries the raw bytes. */
void websocket_client(struct websocket *websocket, struct container_client *ret_client);
/* Sends what the pair still holds, says goodbye and waits for the client's, if there ever was a connection. */
void websocket_end(struct websocket *websocket);
