#pragma once
/*
 * Arenas: memory that dies at once. Each call has one; decoded strings, wire structs and texts live there and need no
 * free. Results are zeroed where the name says so, aligned for any type, and valid until arena_free()/arena_reset().
 * An arena is used by one thread at a time.
 */
#include <stdarg.h>
#include <stddef.h>

struct arena;

#define autoarena __attribute__((cleanup(arena_cleanup))) struct arena

struct arena *arena_new(void); /* owned */
void arena_free(struct arena *arena);
/* Forgets everything, keeps the first block: for the next request on a connection. */
void arena_reset(struct arena *arena);

void *arena_zalloc(struct arena *arena, size_t size);
/* @count elements of @size bytes, zeroed; aborts on overflow of the product. */
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_strdup(struct arena *arena, const char *text); /* NULL stays NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Bytes handed out since the last reset: callers with a limit compare. */
size_t arena_used(const struct arena *arena);

static inline void arena_cleanup(struct arena **arena)
{
    arena_free(*arena);
}
