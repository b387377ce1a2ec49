/* Anything as a layer: through decompression, the tar parser, tar-split and the unpacking into a directory of its own.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/archive/decompress.h"
#include "core/archive/tar.h"
#include "core/archive/tarsplit.h"
#include "core/archive/unpack.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"

struct input {
    const uint8_t *data;
    size_t len;
};

static long read_input(void *context, void *into, size_t len, struct error **err)
{
    (void)err;
    struct input *input = context;
    len = len < input->len ? len : input->len;
    if (len)
        memcpy(into, input->data, len);
    input->data += len;
    input->len -= len;
    return (long)len;
}

/* A fuzzer rarely hits a checksum: every block that looks like a header gets the right one. */
static uint8_t *with_checksums(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len + 1);
    memcpy(copy, data, len);
    for (size_t at = 0; at + 512 <= len; at += 512) {
        if (memcmp(copy + at + 257, "ustar", 5))
            continue;
        unsigned sum = 0;
        memset(copy + at + 148, ' ', 8);
        for (int i = 0; i < 512; i++)
            sum += copy[at + i];
        for (int i = 5; i >= 0; i--, sum >>= 3)
            copy[at + 148 + i] = (uint8_t)('0' + (sum & 7));
        copy[at + 154] = 0;
    }
    return copy;
}

static void unpack(struct source *from, int root, int split_file)
{
    autoerror *err = NULL;
    autodecompress struct decompress *decompress = decompress_open(from, &err);
    if (!decompress)
        return;
    struct source plain = decompress_source(decompress);
    autotarsplit struct tarsplit *split = tarsplit_open(split_file);
    struct tar_observer observer = tarsplit_observer(split);
    autotar struct tar_reader *tar = tar_open(&plain, &observer);
    struct unpack_options options = { .layer = true };
    if (unpack_tar(root, tar, &options, NULL, &err) < 0 || tar_finish(tar, &err) < 0)
        return;
    (void)tarsplit_finish(split, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char folder[] = "/dev/shm/coracle-fuzz-XXXXXX";
    if (len > 1 << 20 || !mkdtemp(folder))
        return 0;
    uint8_t *copy = with_checksums(data, len);
    struct input input = { copy, len };
    struct source source = { &input, read_input };
    int root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC), split_file = open("/dev/null", O_WRONLY | O_CLOEXEC);
    unpack(&source, root, split_file);
    fd_close(root);
    fd_close(split_file);
    free(copy);
    autoerror *err = NULL;
    if (path_remove_tree(folder, &err) < 0)
        abort(); /* something is there that should not be, or cannot be removed */
    return 0;
}
