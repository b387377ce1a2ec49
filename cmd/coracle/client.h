#pragma once
/*
 * The client's side of the API: where the server is, and requests to it.
 *
 * One `struct client` per run of the program, one connection per request (a unix socket costs microseconds, and an ssh
 * tunnel carries a process each). Answers of 4xx and 5xx become errors with the server's own message; a connection that
 * fails becomes an error that names the address tried.
 */
#include <stdbool.h>
#include <stddef.h>

#include "cmd/coracle/address.h"

struct arena;
struct buf;
struct error;

struct client {
    const char *url;  /* as the user gave it */
    const char *from; /* where it came from: "--url", "CONTAINER_HOST", … */
    struct address address;
    struct arena *arena;
};

/* --url, else CONTAINER_HOST, else DOCKER_HOST, else the default socket. ERROR_INVALID for what is no address. */
int client_init(struct client *client, const char *url, struct arena *arena, struct error **err);

/* A connected descriptor, owned: the socket, or one end of a pair whose other end ssh carries. */
int client_dial(const struct client *client, int *ret_fd, struct error **err);

/* Starts the ssh program of an ssh:// address with @fd (borrowed) as its standard input and output. @apart: in a
 * session of its own, where the keys of our terminal do not reach it; it cannot ask there, for a passphrase say. */
int client_start_ssh(const struct client *client, int fd, bool apart, struct error **err);

struct request {
    const char *method, *path; /* path with query, without host: "/v5.0.0/libpod/info" */
    const char *body;          /* text or NULL */
    const char *body_type;     /* NULL: JSON */
    size_t body_len;           /* 0: it ends with its NUL; counts with a type */
    const int *upload;         /* instead: a descriptor whose bytes, up to their end, are an archive; or NULL */
    /* Called with pieces of a 2xx body; non-zero ends the transfer. NULL: collected in @ret_body. */
    int (*on_data)(void *context, const void *data, size_t len);
    void *context;
    const char *header;        /* a header of the answer that is wanted, or NULL */
    const char **ret_header;   /* its value, also of a refusal; NULL: there is none. Arena */
};
/* Returns the status (2xx or 304), or -1 with *err (kind by status). @ret_body: may be NULL */
int client_call(const struct client *client, const struct request *request, struct buf *ret_body, struct error **err);

/* The error that an answer of 4xx or 5xx stands for. Returns -1. */
int client_refusal(const struct client *client, long status, const struct buf *body, struct error **err);

/* A POST that turns the connection into a stream: returns an owned descriptor, with bytes already received in @early.
 */
int client_hijack(const struct client *client, const char *path, const char *body, struct buf *early,
                  struct error **err);

/* Percent-encoded for a path segment or query value; arena. */
const char *client_escape(const struct client *client, const char *text);
