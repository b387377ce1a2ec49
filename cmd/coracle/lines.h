#pragma once
/* A stream of JSON documents, a line each, taken apart as it arrives. */
#include <stddef.h>

#include "core/base/buf.h"

struct json;

struct lines {
    struct arena *arena; /* of each document: reset after it */
    struct buf pending;
    int (*each)(void *context, const struct json *document);
    void *context;
};
/* For struct request's on_data, with a struct lines as context. */
int lines_feed(void *lines, const void *data, size_t len);
