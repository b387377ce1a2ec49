#include "core/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define ARENA_BLOCK_SIZE 4096

struct arena_block {
    struct arena_block *next; /* the one before this, in time */
    size_t size, used;
    alignas(max_align_t) char data[];
};

struct arena {
    struct arena_block *current;
    size_t used;
};

static struct arena_block *block_new(size_t size, struct arena_block *next)
{
    struct arena_block *block = mem_alloc(sizeof *block + size);
    block->next = next;
    block->size = size;
    block->used = 0;
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = mem_zalloc(sizeof *arena);
    arena->current = block_new(ARENA_BLOCK_SIZE - sizeof(struct arena_block), NULL);
    return arena;
}

void arena_reset(struct arena *arena)
{
    while (arena->current->next) {
        struct arena_block *older = arena->current->next;
        free(arena->current);
        arena->current = older;
    }
    arena->current->used = 0;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    arena_reset(arena);
    free(arena->current);
    free(arena);
}

static void *arena_take(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2)
        abort();
    size = (size + align - 1) & ~(align - 1);
    struct arena_block *block = arena->current;
    if (block->size - block->used < size) {
        size_t next_size = block->size < (1u << 20) ? block->size * 2 : block->size;
        block = block_new(size > next_size ? size : next_size, block);
        arena->current = block;
    }
    void *result = block->data + block->used;
    block->used += size;
    arena->used += size;
    return result;
}

void *arena_zalloc(struct arena *arena, size_t size)
{
    return memset(arena_take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        abort();
    return arena_zalloc(arena, total);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    char *copy = arena_take(arena, len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    char short_text[128];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(short_text, sizeof short_text, format, args);
    va_end(args);
    if (len < 0)
        abort();
    if ((size_t)len < sizeof short_text)
        return arena_strndup(arena, short_text, (size_t)len);
    char *text = arena_take(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}
