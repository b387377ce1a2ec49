#pragma once
/*
 * Listening and serving: a thread with a small stack for each connection, none for the server itself.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct api;
struct error;
struct policy_set;
struct tls_context;
struct tls_files;

#define SERVER_MAX_LISTENERS 16
#define SERVER_MAX_CONNECTIONS 2048 /* or what RLIMIT_NOFILE allows; more wait in the kernel's queue */

struct listener {
    int fd;            /* owned; -1 once it is closed */
    int lock;          /* of the socket file; -1 for one that was handed over */
    char *path;        /* of the file of a socket we made; else NULL */
    bool ours;         /* we made it */
    struct tls_context *tls; /* owned; of each TCP socket, which speaks HTTP over TLS alone; else NULL */
    char *name;        /* of one that was handed over, maybe ""; NULL for one we made */
    char *address;     /* where its clients found it: path or tcp://…, also of one that was handed over, or else its name */
    bool varlink_only; /* named so by who handed it over */
    const char *policy_socket; /* which blocks of the policy are for it; NULL: its clients may do everything */
};
struct server {
    const struct api *api; /* each connection has a copy, with its caller and policy */
    const struct policy_set *policies; /* NULL: there are none */
    struct listener listeners[SERVER_MAX_LISTENERS];
    size_t count;
    int64_t idle_timeout_ms; /* 0: none */
};

/* Opens "unix:///path". A socket file nobody listens on is replaced; one that is in use is ERROR_CONFLICT. */
int server_listen(struct server *server, const char *url, struct error **err);
/* The same for a socket of a policy, with its mode and group ((gid_t)-1: left as it is). */
int server_listen_limited(struct server *server, const char *path, mode_t mode, gid_t group, struct error **err);
/* Opens "tcp://ADDRESS:PORT". Nobody is served there before server_secure(). */
int server_listen_tcp(struct server *server, const char *url, struct error **err);
bool listener_is_tcp(const struct listener *listener);
/* How the clients of a TCP socket are verified, and we to them. */
int server_secure(struct listener *listener, const struct tls_files *files, struct error **err);
/* Takes the sockets of LISTEN_FDS, when they are for us, and clears those variables. One that LISTEN_FDNAMES calls
 * "varlink", as varlink's own convention has it, speaks nothing else. Returns how many, -1 with *err. */
int server_take_activated(struct server *server, struct error **err);
/* Serves until SIGTERM or SIGINT, or idleness. Ends the process when connections did not end in time. */
int server_run(struct server *server, struct error **err);
/* Nobody finds our own sockets any more; who is in their queues already can still be accepted. */
void server_retire(struct server *server);
void server_close(struct server *server);
