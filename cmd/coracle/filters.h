#pragma once
/* What --filter gives, for the query of that name. */
#include <stddef.h>

#include "core/base/str.h"

struct arena;
struct client;
struct error;

#define FILTERS_MAX_KEYS 16

struct filters {
    struct {
        const char *key;
        struct str_list values;
    } items[FILTERS_MAX_KEYS];
    size_t count;
};

/* "key=value", or "label!=value"; borrows. ERROR_INVALID for what is neither. */
int filters_add(struct arena *arena, struct filters *filters, const char *text, struct error **err);
/* @path with them, where there are any; arena. NULL with *err when they are too long. */
const char *filters_path(const struct client *client, const char *path, const struct filters *filters, struct error **err);
