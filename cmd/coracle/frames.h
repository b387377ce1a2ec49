#pragma once
/* Docker's stream frames (1 byte stream, 3 zero, 4 length, payload) to our standard output and error. */
#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"

#define FRAMES_MAX (32u << 20)

struct frames {
    bool raw;           /* a terminal's bytes: no frames */
    struct buf pending; /* a part of a frame; limit FRAMES_MAX */
};
/* Non-zero: the stream is broken or the output closed. Fits struct request's on_data. */
int frames_feed(void *frames, const void *data, size_t len);
