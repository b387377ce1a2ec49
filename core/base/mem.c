#include "core/base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void *checked(void *pointer)
{
    if (!pointer)
        abort();
    return pointer;
}

void *mem_alloc(size_t size)
{
    return checked(malloc(size ?: 1));
}

void *mem_zalloc(size_t size)
{
    return checked(calloc(1, size ?: 1));
}

void *mem_regrow(void *array, size_t count, size_t size)
{
    return checked(reallocarray(array, count ?: 1, size ?: 1));
}

char *mem_strdup(const char *text)
{
    return text ? checked(strdup(text)) : NULL;
}

char *mem_strndup(const char *text, size_t len)
{
    return checked(strndup(text, len));
}

char *mem_vprintf(const char *format, va_list args)
{
    char *text = NULL;
    if (vasprintf(&text, format, args) < 0)
        abort();
    return text;
}

char *mem_printf(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = mem_vprintf(format, args);
    va_end(args);
    return text;
}
