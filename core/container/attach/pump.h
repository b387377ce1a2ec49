#pragma once
/*
 * Bytes between a client and conmon's attach socket, both ways at once, on the caller's thread. Private to
 * core/container.
 *
 * Neither side can block the other direction: a client that writes a lot before it reads gets as far as pipes and
 * sockets hold. conmon itself writes to its clients one after the other and blocking, so a client that does not read
 * stalls the container's output, as it does with Docker; once the container has ended it is given PUMP_STALL_MS and
 * then let go, so that it cannot keep conmon from reporting the exit.
 */
#include <stdbool.h>
#include <stddef.h>

#include "core/base/detach_keys.h"

struct error;

#define PUMP_STALL_MS 10000

enum pump_stdin_end { /* what the end of the client's input means */
    PUMP_STDIN_CLOSE, /* the container's input ends too */
    PUMP_STDIN_KEEP,  /* nothing */
    PUMP_STDIN_LEAVE, /* the client is done */
};
enum pump_end { PUMP_ENDED, PUMP_CLIENT_LEFT, PUMP_DETACHED };

struct pump {
    int client, conmon; /* borrowed */
    int exited;         /* pidfd of what runs, or -1; borrowed */
    bool in, out, err, framed;
    enum pump_stdin_end at_stdin_end;
    struct detach_keys keys;
    const char *early; /* what the client sent already; borrowed */
    size_t early_len;
};
enum pump_end pump_run(const struct pump *what);

/* The input half alone, for who produces the output otherwise: moves what can be moved without waiting. */
struct pump_input {
    const struct pump *what;
    struct detach_keys keys;
    const char *early;
    size_t early_len;
    char *data; /* owned */
    size_t len, sent;
    bool open, detached, left;
};
void pump_input_init(struct pump_input *input, const struct pump *what);
void pump_input_free(struct pump_input *input);
/* True when something moved. */
bool pump_input_step(struct pump_input *input);
/* Whether poll()'s answers for both descriptors promise that a step moves something. */
bool pump_input_can_go_on(const struct pump_input *input, short client_events, short conmon_events);
/* poll() events to wait for before the next step. */
short pump_input_client_events(const struct pump_input *input);
short pump_input_conmon_events(const struct pump_input *input);
