#pragma once
/*
 * Who is at the other end of a connection: as the kernel said when it was made, or over TLS as a verified certificate says.
 * No socket here: server/ fills it in.
 */
#include <stddef.h>
#include <sys/types.h>

struct certificate;

struct caller {
    const char *socket; /* path or name of the socket the client came by; NULL in tests */
    pid_t pid;          /* 0: unknown, a client of another process namespace */
    uid_t uid;
    gid_t gid;
    const gid_t *groups; /* supplementary ones; filled for sockets that a policy is for */
    size_t group_count;
    const struct certificate *certificate; /* of a client over TLS, who is no user here: pid 0, uid and gid -1. Else NULL */
    const char *peer;                      /* … "tcp://ADDRESS:PORT" of its end */
};
