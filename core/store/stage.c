#include "core/store/stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive/ahead.h"
#include "core/archive/tar.h"
#include "core/archive/tarsplit.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/sink.h"

#define PROGRESS_STEP (512 * 1024)

/* A source that sums up what passes. */
struct meter {
    const struct source *from;
    struct sha256 *sum;
    int64_t bytes, limit, told; /* limit: -1 for none */
    const struct store_stage_options *options; /* NULL: nobody is told */
};

static long meter_read(void *context, void *into, size_t len, struct error **err)
{
    struct meter *meter = context;
    long n = meter->from->read(meter->from->context, into, len, err);
    if (n <= 0)
        return n;
    sha256_add(meter->sum, into, (size_t)n);
    meter->bytes += n;
    if (meter->limit >= 0 && meter->bytes > meter->limit)
        return error_set(err, ERROR_INVALID, 0, "layer: more than the %lld bytes its descriptor says",
                         (long long)meter->limit);
    if (meter->options && meter->options->progress && meter->bytes - meter->told >= PROGRESS_STEP) {
        meter->told = meter->bytes;
        meter->options->progress(meter->options->progress_context, meter->bytes);
    }
    return n;
}

static void meter_finish(struct meter *meter, char ret_digest[DIGEST_SIZE])
{
    char hex[ID_HEX_SIZE];
    sha256_finish(meter->sum, hex);
    meter->sum = NULL;
    snprintf(ret_digest, DIGEST_SIZE, "sha256:%s", hex);
}

/* From plain tar bytes to files and tar-split in the staging directory. */
static int unpack_into(struct store_staged *staged, const struct source *plain, struct error **err)
{
    autofree char *diff = mem_printf("%s/layer/diff", staged->staging.path);
    autofree char *split_path = mem_printf("%s/tar-split.gz", staged->staging.path);
    autofd root = open(diff, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    autofd split_file = open(split_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (root < 0 || split_file < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", root < 0 ? diff : split_path);
    autotarsplit struct tarsplit *split = tarsplit_open(split_file);
    struct tar_observer observer = tarsplit_observer(split);
    autotar struct tar_reader *tar = tar_open(plain, &observer);
    struct unpack_options options = { .layer = true, .user_namespace = staged->store->user_namespace };
    if (unpack_tar(root, tar, &options, &staged->content, err) < 0 || tar_finish(tar, err) < 0)
        return -1;
    return tarsplit_finish(split, err);
}

static int check_digest(const char *what, const char *wanted, const char *got, struct error **err)
{
    if (str_empty(wanted) || !strcmp(wanted, got))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "layer: %s digest is %s, expected %s", what, got, wanted);
}

static int read_archive(struct store_staged *staged, const struct source *from,
                        const struct store_stage_options *options, struct error **err)
{
    struct meter outer = { .from = from, .sum = sha256_start(), .limit = options->compressed_size, .options = options };
    struct source counted = { &outer, meter_read };
    struct meter inner = { .limit = -1 };
    autodecompress struct decompress *decompress = decompress_open(&counted, err);
    int rc = -1;
    if (decompress) {
        struct source inflated = decompress_source(decompress), summed = { &inner, meter_read };
        autoahead struct ahead *ahead = ahead_open(&inflated);
        struct source plain = ahead_source(ahead);
        staged->compression = decompress_kind(decompress);
        bool same = staged->compression == COMPRESSION_NONE; /* one sum does for both */
        if (!same)
            inner = (struct meter){ .from = &plain, .sum = sha256_start(), .limit = -1 };
        rc = unpack_into(staged, same ? &plain : &summed, err);
    }
    meter_finish(&outer, staged->compressed_digest);
    staged->compressed_size = outer.bytes;
    if (inner.sum) {
        meter_finish(&inner, staged->diff_digest);
        staged->diff_size = inner.bytes;
    } else {
        memcpy(staged->diff_digest, staged->compressed_digest, DIGEST_SIZE);
        staged->diff_size = outer.bytes;
    }
    return rc;
}

static int stage(struct store_staged *staged, const struct source *from, const struct store_stage_options *options,
                 struct error **err)
{
    if (staging_make(&staged->staging, err) < 0)
        return -1;
    autofree char *layer = mem_printf("%s/layer", staged->staging.path);
    autofree char *diff = mem_printf("%s/layer/diff", staged->staging.path);
    if (mkdir(layer, 0700) < 0 || mkdir(diff, 0755) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", diff);
    if (read_archive(staged, from, options, err) < 0)
        return -1;
    if (options->compressed_size >= 0 && staged->compressed_size != options->compressed_size)
        return error_set(err, ERROR_INVALID, 0, "layer: %lld bytes, expected %lld", (long long)staged->compressed_size,
                         (long long)options->compressed_size);
    if (check_digest("compressed", options->compressed_digest, staged->compressed_digest, err) < 0)
        return -1;
    return check_digest("uncompressed", options->diff_digest, staged->diff_digest, err);
}

struct store_staged *store_stage_layer(struct store *store, const struct source *from,
                                       const struct store_stage_options *options, struct error **err)
{
    struct store_staged *staged = mem_zalloc(sizeof *staged);
    staged->store = store;
    staged->staging = STAGING(store);
    if (stage(staged, from, options, err) < 0) {
        store_staged_free(staged);
        return NULL;
    }
    return staged;
}

void store_staged_free(struct store_staged *staged)
{
    if (!staged)
        return;
    staging_cleanup(&staged->staging);
    free(staged);
}

const char *store_staged_diff_digest(const struct store_staged *staged)
{
    return staged->diff_digest;
}

int64_t store_staged_diff_size(const struct store_staged *staged)
{
    return staged->diff_size;
}
