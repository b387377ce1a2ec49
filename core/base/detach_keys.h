#pragma once
/* The keys by which a client lets go of a terminal without ending what runs there; the engine and coracle know them. */
#include <stdbool.h>
#include <stddef.h>

struct error;

#define DETACH_KEYS_MAX 16

struct detach_keys {
    unsigned char keys[DETACH_KEYS_MAX];
    size_t count;   /* 0: never detaches */
    size_t matched; /* keys seen so far, held back */
};

/* "ctrl-p,ctrl-q", "ctrl-x,x": @text NULL is the default, "" none. ERROR_INVALID names what is wrong. */
int detach_keys_parse(const char *text, struct detach_keys *ret_keys, struct error **err);
/* Copies what is to be passed on to @out, which has room for @len + DETACH_KEYS_MAX. Returns its length.
 * *ret_detached: the last key came; what follows it is dropped. */
size_t detach_keys_filter(struct detach_keys *keys, const char *in, size_t len, char *out, bool *ret_detached);
