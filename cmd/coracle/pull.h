#pragma once
/* Pulling with progress, for `coracle pull` and for `coracle run` of an image that is not there. */
#include <stdbool.h>

struct client;
struct error;

/* Bars on a terminal's standard error, plain lines elsewhere. @quiet: neither */
int pull_image(const struct client *client, const char *reference, bool quiet, struct error **err);
