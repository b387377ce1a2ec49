#pragma once
/* Writing a JSON document one member at a time, indented so that committed documents make readable diffs. */
#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"

struct printer {
    struct buf *out;
    unsigned depth;
    bool followed; /* something stands before, on this level */
};

/* @key is NULL inside lists. */
void print_open(struct printer *printer, const char *key, char bracket);
void print_close(struct printer *printer, char bracket);
void print_text(struct printer *printer, const char *key, const char *value);
void print_bool(struct printer *printer, const char *key, bool value);
void print_integer(struct printer *printer, const char *key, int64_t value);
