#pragma once
/*
 * The store's lock files. Each starts with the token of whoever changed something last: other programs reload when it
 * is not the one they remember. Whoever changes something writes a token first and renames the file after.
 *
 * Order, never the other way: layers, images, containers. mountpoints.lock is taken with nothing else held.
 */
#include <stddef.h>

struct error;
struct store;

#define TOKEN_SIZE 64

enum store_lock { LOCK_LAYERS, LOCK_IMAGES, LOCK_CONTAINERS, LOCK_MOUNTS };

/* Makes the directory it lives in, and waits. Owned descriptor or -1. */
int locks_take(struct store *store, enum store_lock which, struct error **err);
/* Writes a new token to a lock that is held exclusively. */
int locks_sign(struct store *store, int lock, char ret_token[TOKEN_SIZE], struct error **err);
