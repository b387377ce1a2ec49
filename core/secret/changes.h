#pragma once
/*
 * Changes in the making, as rows of secret_changes: what has to be finished after a kill. All of it with secrets.lock
 * held: whose rows are there then is dead. Private to core/secret.
 */
#include <stdbool.h>

#include "core/secret/records.h"

/* The intent. @removing: the secret goes; else its value goes unless secrets.json names the secret. */
int change_begin(struct engine *engine, const struct secret *secret, bool removing, struct error **err);
/* The result: without the intents, and with the event of @action (NULL: nothing happened) on @about. */
int change_end(struct engine *engine, const char *const ids[2], const char *action, const struct secret *about,
               struct error **err);
/* Takes secrets.lock, when there is something to finish or @lock asks for it: an owned descriptor, or -1 with *err; -2
 * when there was nothing to do. */
int change_repair(struct engine *engine, bool lock, struct error **err);
