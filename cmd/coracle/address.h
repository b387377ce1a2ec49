#pragma once
/* Where an engine is: unix:///PATH, tcp://HOST:PORT or ssh://[USER@]HOST[:PORT][/PATH]. */
#include "core/base/str.h"

struct arena;
struct error;

#define ADDRESS_DEFAULT_PATH "/run/coracle/coracle.sock"

enum address_kind { ADDRESS_UNIX, ADDRESS_TCP, ADDRESS_SSH };

struct address {
    enum address_kind kind;
    const char *host; /* tcp: without brackets; ssh: with the user, as ssh takes it */
    const char *port; /* tcp; of ssh NULL when the address has none */
    const char *path; /* of the socket, here or on the far side */
};
/* ERROR_INVALID when it is none of the three. All parts in the arena. */
int address_parse(struct arena *arena, const char *url, struct address *ret_address, struct error **err);

/* "HOST:PORT" of a tcp address, as it stands in a URL. */
const char *address_authority(struct arena *arena, const struct address *address);

/* The command line that reaches the socket of an ssh address, NULL at its end. */
struct str_list address_ssh_command(struct arena *arena, const struct address *address);
