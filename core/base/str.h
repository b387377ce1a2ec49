#pragma once
/*
 * Small helpers on text: prefixes, splitting, hex, base64, names. Lists here are owned NULL-terminated vectors unless a
 * function takes an arena.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct error;

/* Lists and maps as wire structs hold them (core/schema); arena or borrowed memory. There is no capacity: they have room
 * for a power of two of items, so only those that began empty, were decoded or came from str_split() or str_list_copy()
 * may be added to. */
struct str_list {
    const char **items;
    size_t count;
};
struct str_pair {
    const char *key, *value;
};
struct str_map {
    struct str_pair *items;
    size_t count;
};

static inline bool str_empty(const char *text)
{
    return !text || !*text;
}
static inline const char *str_or(const char *text, const char *fallback)
{
    return str_empty(text) ? fallback : text;
}
bool str_eq(const char *a, const char *b); /* NULL equals NULL only */
bool str_starts(const char *text, const char *prefix);
bool str_ends(const char *text, const char *suffix);
bool str_is_hex(const char *text); /* one or more of 0-9a-f */
size_t str_utf8_length(const char *at); /* of the valid UTF-8 sequence at @at, or 0 */
bool str_is_utf8(const char *text);
/* Non-negative decimal of at most 18 digits and nothing else; -1 otherwise. */
int64_t str_to_int(const char *text);

bool str_list_has(const struct str_list *list, const char *text);
void str_list_add(struct arena *arena, struct str_list *list, const char *text); /* text is not copied */
struct str_list str_list_copy(struct arena *arena, const struct str_list *list);
struct str_list str_split(struct arena *arena, const char *text, char separator); /* "" gives none */
char *str_join(struct arena *arena, const struct str_list *list, const char *separator);
const char *str_map_get(const struct str_map *map, const char *key); /* NULL when absent */
void str_map_set(struct arena *arena, struct str_map *map, const char *key, const char *value);

void str_to_hex(const void *data, size_t len, char *ret_text); /* 2 * len + 1 bytes */
/* Standard alphabet with padding. */
char *str_base64(struct arena *arena, const void *data, size_t len);
/* Standard or URL alphabet, padding optional. NULL when it is not base64. The result is NUL-terminated as well. */
char *str_base64_decode(struct arena *arena, const char *text, size_t *ret_len);

/* The one rule for names of containers, volumes, networks and pods: [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most 255
 * bytes. ERROR_INVALID names @field. */
int str_check_name(const char *name, const char *field, struct error **err);
