#pragma once
/* Removing images, for the route of one name and the route of many. */
#include <stdbool.h>

struct call;
struct error;
struct libpod_remove_report;

/* Adds what was removed to @report. Returns 0, or -1 with *err. */
int libpod_remove_image(struct call *call, const char *name, bool force, bool noprune, struct libpod_remove_report *report,
                        struct error **err);
