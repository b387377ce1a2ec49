#pragma once
/*
 * Capped growing byte buffers. The limit is given at creation; past it an append is dropped and `full` is set for good,
 * so a writer may append without checking and look once at the end. The data is always followed by a NUL that does not
 * count in `len`.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* never NULL after the first append; use buf_text() for an empty one */
    size_t len, cap, max;
    bool full;
};

#define autobuf __attribute__((cleanup(buf_free))) struct buf

/* An initialiser: `autobuf out = BUF(64 * 1024);` */
#define BUF(max_bytes) ((struct buf){ .max = (max_bytes) })

void buf_free(struct buf *buf); /* releases the data; the struct can be used again */
void buf_clear(struct buf *buf); /* keeps the memory */
void buf_append(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for @len more bytes, to be filled by the caller and counted with `buf->len +=`; NULL (and full) past the limit. */
char *buf_reserve(struct buf *buf, size_t len);
void buf_drop_front(struct buf *buf, size_t len);
static inline void buf_putc(struct buf *buf, char c)
{
    if (buf->cap - buf->len < 2 || buf->len >= buf->max || buf->full) {
        buf_append(buf, &c, 1);
        return;
    }
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
}
const char *buf_text(const struct buf *buf); /* "" when empty; borrowed */
char *buf_take(struct buf *buf); /* owned text; the buffer is empty afterwards */
