#include "core/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){ .max = buf->max };
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->full = false;
    if (buf->data)
        buf->data[0] = '\0';
}

char *buf_reserve(struct buf *buf, size_t len)
{
    if (buf->full || len > buf->max - buf->len) {
        buf->full = true;
        return NULL;
    }
    size_t need = buf->len + len + 1;
    if (need > buf->cap) {
        size_t cap = buf->cap ? buf->cap : 256;
        while (cap < need)
            cap *= 2;
        buf->data = mem_regrow(buf->data, cap, 1);
        buf->cap = cap;
    }
    return buf->data + buf->len;
}

void buf_append(struct buf *buf, const void *data, size_t len)
{
    char *room = buf_reserve(buf, len);
    if (!room)
        return;
    if (len)
        memcpy(room, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_puts(struct buf *buf, const char *text)
{
    buf_append(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        abort();
    char *room = buf_reserve(buf, (size_t)len);
    if (!room)
        return;
    va_start(args, format);
    vsnprintf(room, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

void buf_drop_front(struct buf *buf, size_t len)
{
    if (!len)
        return;
    memmove(buf->data, buf->data + len, buf->len - len);
    buf->len -= len;
    buf->data[buf->len] = '\0';
}

const char *buf_text(const struct buf *buf)
{
    return buf->data ? buf->data : "";
}

char *buf_take(struct buf *buf)
{
    char *text = buf->data ? buf->data : mem_strdup("");
    *buf = (struct buf){ .max = buf->max };
    return text;
}
