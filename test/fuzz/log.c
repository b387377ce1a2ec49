/* Any bytes as a log file, read whole, from its tail and between times: what comes out is always whole frames. */
#include <assert.h>
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/sink.h"
#include "core/container/log/stream.h"

static int keep(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    buf_append(context, data, len);
    return 0;
}

static size_t send_log(const char *path, struct container_log_query query, struct buf *out)
{
    autoerror *err = NULL;
    struct log_source source = { .path = path };
    assert(log_send(&source, &query, &(struct sink){ .context = out, .write = keep }, &err) == 0);
    return out->len;
}

static void check_frames(const struct buf *out)
{
    for (size_t at = 0; at < out->len;) {
        const char *frame = out->data + at;
        uint32_t size;
        assert(out->len - at >= 8 && (*frame == 1 || *frame == 2) && !memcmp(frame + 1, "\0\0\0", 3));
        memcpy(&size, frame + 4, 4);
        assert(be32toh(size) <= out->len - at - 8);
        at += 8 + be32toh(size);
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autofd file = memfd_create("log", MFD_CLOEXEC);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    assert(fd_write_all_raw(file, data, len) == 0);
    autobuf whole = BUF(64 << 20), tail = BUF(64 << 20), between = BUF(64 << 20);
    size_t all =
        send_log(path, (struct container_log_query){ .out = true, .err = true, .tail = -1, .framed = true }, &whole);
    check_frames(&whole);
    size_t last =
        send_log(path, (struct container_log_query){ .out = true, .err = true, .tail = 2, .framed = true }, &tail);
    check_frames(&tail);
    assert(last <= all && (!last || !memcmp(tail.data, whole.data + all - last, last)));
    struct container_log_query query = { .out = true,
                                         .tail = -1,
                                         .framed = true,
                                         .timestamps = true,
                                         .since_unix_ns = 1,
                                         .until_unix_ns = 1800000000000000000 };
    send_log(path, query, &between);
    check_frames(&between);
    return 0;
}
