#include "cmd/coracle/frames.h"

#include <unistd.h>

#include "core/base/fd.h"

#define FRAME_HEAD 8

int frames_feed(void *context, const void *data, size_t len)
{
    struct frames *frames = context;
    if (frames->raw)
        return fd_write_all_raw(STDOUT_FILENO, data, len) < 0;
    buf_append(&frames->pending, data, len);
    size_t at = 0;
    while (!frames->pending.full && frames->pending.len - at >= FRAME_HEAD) {
        const unsigned char *head = (const unsigned char *)frames->pending.data + at;
        size_t size = (size_t)head[4] << 24 | (size_t)head[5] << 16 | (size_t)head[6] << 8 | head[7];
        if (frames->pending.len - at - FRAME_HEAD < size)
            break;
        if (fd_write_all_raw(head[0] == 2 ? STDERR_FILENO : STDOUT_FILENO, head + FRAME_HEAD, size) < 0)
            return 1;
        at += FRAME_HEAD + size;
    }
    buf_drop_front(&frames->pending, at);
    return frames->pending.full;
}
