#pragma once
/*
 * Surgery on JSON text: cutting a list into its items and replacing one member of an object, with every other byte
 * kept. Members written by newer programs survive us that way. Text is scanned, not understood: the schema decoder is
 * what judges it.
 */
#include <stddef.h>

struct buf;

struct text_span {
    size_t at, len;
};

/* Cuts a list. Owned array; NULL with -1 in *ret_count when it is no list. */
struct text_span *text_items(const char *text, size_t len, long *ret_count);
/* Appends @object with the member @key set to @value (JSON text), where it stood or at the end; NULL removes it.
 * -1 when it is no object. */
int text_set_member(struct buf *out, const char *object, size_t len, const char *key, const char *value);
/* The value of a member as JSON text. Owned; NULL when there is none. */
char *text_member(const char *object, size_t len, const char *key);
