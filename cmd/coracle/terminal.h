#pragma once
/*
 * The user's terminal: raw mode while a container has it, its size, the signals that reach us meanwhile, and the pump
 * between standard input and output and a hijacked stream.
 *
 * The keys that detach are the server's to act on; we watch for them to know why the stream ended.
 */
#include <stdbool.h>

#include "cmd/coracle/frames.h"
#include "core/base/detach_keys.h"

struct client;
struct error;

#define EXIT_SIGNALLED 128 /* and the signal: as shells count */

bool terminal_size(int *ret_rows, int *ret_columns);
/* ERROR_INVALID when a terminal is asked for and standard input is none. */
int terminal_check(bool tty, bool stdin_open, struct error **err);
/* From here on signals wait for terminal_pump(). */
void terminal_hold_signals(void);

struct pump {
    const struct client *client;
    int fd;                  /* of client_hijack() */
    bool tty;                /* raw bytes; otherwise Docker's frames */
    bool stdin_open;         /* pass our standard input on */
    const char *resize_path; /* "…/resize?" to tell size changes to; NULL: nobody */
    const char *signal_path; /* "…/kill?" to pass signals on to; NULL: they end the pump */
    struct detach_keys keys; /* none: count 0 */
    struct buf *early;       /* what came with the head */
    bool ret_detached;       /* the keys were typed */
    int ret_signal;          /* that ended the pump; 0 when the stream did */
};
/* Returns when the stream ended, or a signal ended us. */
int terminal_pump(struct pump *pump, struct error **err);
