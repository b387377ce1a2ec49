#pragma once
/*
 * Memory that cannot fail: exhausted memory aborts (style: it is not an error to pass around). All results are owned and
 * released with free() or `autofree`.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#define autofree __attribute__((cleanup(mem_cleanup)))

void *mem_alloc(size_t size);
void *mem_zalloc(size_t size);
/* Grows an array to @count elements of @size bytes; aborts on overflow of the product. */
void *mem_regrow(void *array, size_t count, size_t size);
char *mem_strdup(const char *text); /* NULL stays NULL */
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *mem_vprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

static inline void mem_cleanup(void *pointer)
{
    free(*(void **)pointer);
}
