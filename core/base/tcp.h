#pragma once
/* Addresses of TCP sockets as text: "tcp://127.0.0.1:2376", "tcp://[::1]:2376". Numbers alone: no name is looked up. */
#include <stdbool.h>
#include <sys/socket.h>

#define TCP_TEXT_SIZE 80

/* False when it is no such address. Port 0 is none. */
bool tcp_parse(const char *url, struct sockaddr_storage *ret_address, socklen_t *ret_len);
/* The one spelling; "" of another family. Returns @ret_text. */
const char *tcp_text(const struct sockaddr_storage *address, char ret_text[TCP_TEXT_SIZE]);
