#pragma once
/* An engine in a private folder and a fake registry with images made on the spot. */
#include <zlib.h>
#include <zstd.h>

#include "core/base/id.h"
#include "core/engine.h"
#include "core/store/store.h"
#include "test/unit/core/archive/tape.h"
#include "test/unit/core/registry/fake.h"
#include "test/unit/core/registry/home.h"

#define DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define DOCKER_LIST "application/vnd.docker.distribution.manifest.list.v2+json"
#define OCI_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define OCI_INDEX "application/vnd.oci.image.index.v1+json"

struct place {
    struct home *home;
    struct engine *engine;
    struct fake *fake;
};

static inline int place_make(void **state)
{
    struct place *place = mem_zalloc(sizeof *place);
    if (home_make((void **)&place->home) < 0)
        return -1;
    struct home *home = place->home;
    const struct engine_options options = { .root = home_path(home, "root"), .runroot = home_path(home, "runroot") };
    place->engine = engine_open(&options, &home->err);
    place->fake = fake_start();
    home_write(home, POLICY, "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    home_write(home, CONF,
               arena_printf(home->arena, "[[registry]]\nlocation = '%s'\ninsecure = true\n", place->fake->host));
    fake_add(place->fake, (struct fake_rule){ .path = "/v2/", .body = "{}" });
    *state = place;
    return place->engine ? 0 : -1;
}

static inline int place_remove(void **state)
{
    struct place *place = *state;
    fake_stop(place->fake);
    engine_close(place->engine);
    int rc = home_remove((void **)&place->home);
    free(place);
    return rc;
}

#define WITH_REGISTRY(test) cmocka_unit_test_setup_teardown(test, place_make, place_remove)

/* ---- making images ---- */

struct bytes {
    const char *data;
    size_t len;
    const char *digest; /* "sha256:…" */
};

static inline struct bytes make_bytes(struct home *home, const void *data, size_t len)
{
    char hex[ID_HEX_SIZE];
    sha256_hex(data, len, hex);
    return (struct bytes){ arena_strndup(home->arena, data, len), len, arena_printf(home->arena, "sha256:%s", hex) };
}

static inline struct bytes make_text(struct home *home, const char *text)
{
    return make_bytes(home, text, strlen(text));
}

/* A tar with one file of some size; different texts make different layers. */
static inline struct bytes make_tar(struct home *home, const char *name, const char *text, size_t size)
{
    autobuf tape = BUF(64u << 20), data = BUF(64u << 20);
    while (data.len <= size)
        buf_printf(&data, "%s %zu\n", text, data.len);
    tape_add(&tape, (struct entry){ .name = name, .data = data.data, .len = data.len });
    tape_end(&tape);
    return make_bytes(home, tape.data, tape.len);
}

static inline struct bytes make_gzip(struct home *home, struct bytes plain)
{
    size_t room = plain.len + 1024;
    autofree char *out = mem_alloc(room);
    z_stream z = { .next_in = (unsigned char *)plain.data,
                   .avail_in = (unsigned)plain.len,
                   .next_out = (unsigned char *)out,
                   .avail_out = (unsigned)room };
    if (deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
        deflate(&z, Z_FINISH) != Z_STREAM_END)
        abort();
    deflateEnd(&z);
    return make_bytes(home, out, room - z.avail_out);
}

static inline struct bytes make_zstd(struct home *home, struct bytes plain)
{
    size_t room = ZSTD_compressBound(plain.len);
    autofree char *out = mem_alloc(room);
    return make_bytes(home, out, ZSTD_compress(out, room, plain.data, plain.len, 1));
}

/* Puts a blob where a pull finds it; the rule can be changed before it is asked for. */
static inline struct fake_rule *serve_blob(struct place *place, const char *name, struct bytes blob)
{
    const char *path = arena_printf(place->home->arena, "/v2/%s/blobs/%s", name, blob.digest);
    return fake_add(place->fake, (struct fake_rule){ .path = path, .body = blob.data, .len = blob.len });
}

static inline struct fake_rule *serve_manifest(struct place *place, const char *name, const char *reference,
                                               const char *type, struct bytes text)
{
    struct arena *arena = place->home->arena;
    return fake_add(place->fake, (struct fake_rule){
                                     .path = arena_printf(arena, "/v2/%s/manifests/%s", name, reference),
                                     .headers = arena_printf(arena, "Content-Type: %s\r\nDocker-Content-Digest: %s\r\n",
                                                             type, text.digest),
                                     .body = text.data,
                                     .len = text.len,
                                 });
}

static inline struct bytes make_config(struct home *home, const char *architecture, const struct bytes *plain,
                                       size_t count)
{
    autobuf text = BUF(1 << 20);
    buf_printf(
        &text,
        "{\"architecture\":\"%s\",\"os\":\"linux\",\"created\":\"2024-01-02T03:04:05Z\",\"config\":{\"Cmd\":[\"sh\"]},"
        "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[",
        architecture);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s\"%s\"", i ? "," : "", plain[i].digest);
    buf_puts(&text, "]}}");
    return make_text(home, text.data);
}

static inline struct bytes make_manifest(struct home *home, const char *type, struct bytes config,
                                         const struct bytes *blobs, size_t count)
{
    autobuf text = BUF(1 << 20);
    buf_printf(&text,
               "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"c\",\"digest\":\"%s\",\"size\":%"
               "zu},\"layers\":[",
               type, config.digest, config.len);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s{\"mediaType\":\"l\",\"digest\":\"%s\",\"size\":%zu}", i ? "," : "", blobs[i].digest,
                   blobs[i].len);
    buf_puts(&text, "]}");
    return make_text(home, text.data);
}

struct made {
    struct bytes config, manifest, plain[8], blobs[8];
    size_t count;
    const char *id; /* hex */
};

/* An image of @count gzip layers of @size bytes, not served yet. */
static inline struct made make_image(struct place *place, const char *architecture, size_t count, size_t size)
{
    struct home *home = place->home;
    struct made made = { .count = count };
    for (size_t i = 0; i < count; i++) {
        made.plain[i] = make_tar(home, arena_printf(home->arena, "file-%zu", i),
                                 arena_printf(home->arena, "%s %zu", architecture, i), size);
        made.blobs[i] = make_gzip(home, made.plain[i]);
    }
    made.config = make_config(home, architecture, made.plain, count);
    made.manifest = make_manifest(home, DOCKER_MANIFEST, made.config, made.blobs, count);
    made.id = made.config.digest + strlen("sha256:");
    return made;
}

/* All of it under a name; @tag may be NULL. */
static inline void serve_image(struct place *place, const char *name, const char *tag, const struct made *made)
{
    if (tag)
        serve_manifest(place, name, tag, DOCKER_MANIFEST, made->manifest);
    serve_manifest(place, name, made->manifest.digest, DOCKER_MANIFEST, made->manifest);
    serve_blob(place, name, made->config);
    for (size_t i = 0; i < made->count; i++)
        serve_blob(place, name, made->blobs[i]);
}

/* ---- pulling ---- */

struct heard {
    int phases[PULL_DONE + 1];
    int64_t done, total; /* of the last progress */
    bool updated;
    int stop_at; /* a phase at which the listener wants no more; -1: none */
    char digest[80];
    pthread_t thread;
};

static inline int hear(void *context, const struct pull_progress *progress, struct error **err)
{
    struct heard *heard = context;
    if (!pthread_equal(heard->thread, pthread_self()))
        abort();
    heard->phases[progress->phase]++;
    if (progress->phase == PULL_LAYER_PROGRESS) {
        heard->done = progress->done;
        heard->total = progress->total;
    }
    if (progress->phase == PULL_DONE) {
        heard->updated = progress->updated;
        snprintf(heard->digest, sizeof heard->digest, "%s", progress->digest);
    }
    return (int)progress->phase == heard->stop_at ? error_set(err, ERROR_CANCELLED, 0, "the client left") : 0;
}

static inline int pull(struct place *place, const char *name, struct pull_options options, struct heard *heard,
                       char ret_id[65])
{
    *heard = (struct heard){ .stop_at = heard->stop_at, .thread = pthread_self() };
    bool complete = str_starts(name, "127.") || str_starts(name, "r.example/") || str_starts(name, "no-host");
    options.reference = complete ? name : arena_printf(place->home->arena, "%s/%s", place->fake->host, name);
    options.progress = hear;
    options.context = heard;
    return image_pull(place->engine, &options, ret_id, &place->home->err);
}

static inline size_t count_layers(struct place *place)
{
    struct store_layer *layers;
    size_t count = 0;
    if (store_layers(place->engine->store, place->home->arena, &layers, &count, &place->home->err) < 0)
        abort();
    return count;
}
