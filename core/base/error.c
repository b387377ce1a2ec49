#include "core/base/error.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static int error_vset(struct error **err, enum error_kind kind, int sys_errno, const char *format, va_list args)
{
    assert(err && !*err);
    struct error *new = mem_zalloc(sizeof *new);
    new->kind = kind;
    new->sys_errno = sys_errno;
    char *text = mem_vprintf(format, args);
    if (sys_errno) {
        new->message = mem_printf("%s: %s", text, strerrordesc_np(sys_errno) ?: "unknown error");
        free(text);
    } else {
        new->message = text;
    }
    new->cause = mem_strdup(new->message);
    *err = new;
    return -1;
}

int error_set(struct error **err, enum error_kind kind, int sys_errno, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error_vset(err, kind, sys_errno, format, args);
    va_end(args);
    return -1;
}

int error_set_about(struct error **err, enum error_kind kind, const char *noun, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    error_vset(err, kind, 0, format, args);
    va_end(args);
    (*err)->noun = noun;
    (*err)->name = mem_strdup(name);
    return -1;
}

int error_wrap(struct error **err, const char *format, ...)
{
    assert(err && *err);
    va_list args;
    va_start(args, format);
    char *prefix = mem_vprintf(format, args);
    va_end(args);
    char *whole = mem_printf("%s: %s", prefix, (*err)->message);
    free(prefix);
    free((*err)->message);
    (*err)->message = whole;
    return -1;
}

void error_free(struct error *err)
{
    if (!err)
        return;
    free(err->cause);
    free(err->message);
    free(err->name);
    free(err);
}

void error_clear(struct error **err)
{
    error_free(*err);
    *err = NULL;
}
