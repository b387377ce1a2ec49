#pragma once
/* Percent-encoding, strictly: what a URL may say and what we read from it. */
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct error;

/* Decodes %XX. @plus: a '+' is a space, as in queries. NULL with ERROR_INVALID for a malformed escape or for %00; @what
 * names the place in the message. Arena. */
char *url_decode(struct arena *arena, const char *text, size_t len, bool plus, const char *what, struct error **err);
