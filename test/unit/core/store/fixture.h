#pragma once
/* A store in a private folder, and images to put into it. */
#include <stdlib.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/id.h"
#include "core/store/store.h"
#include "test/unit/core/archive/folder.h"
#include "test/unit/core/archive/tape.h"

struct fixture {
    char *folder, *root, *runroot;
    struct store *store;
    struct arena *arena;
    struct error *err;
};

static inline int fixture_make(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    if (folder_make((void **)&f->folder) < 0)
        return -1;
    f->root = mem_printf("%s/root", f->folder);
    f->runroot = mem_printf("%s/run", f->folder);
    f->store = store_open(f->root, f->runroot, &f->err);
    f->arena = arena_new();
    *state = f;
    return f->store ? 0 : -1;
}

static inline int fixture_remove(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    arena_free(f->arena);
    if (f->err)
        fprintf(stderr, "left: %s\n", f->err->message);
    error_free(f->err);
    free(f->root);
    free(f->runroot);
    int rc = folder_remove((void **)&f->folder);
    free(f);
    return rc;
}

/* Fails the test when a call failed. */
#define OK(call)                                                                                                       \
    do {                                                                                                               \
        if ((call) < 0)                                                                                                \
            fail_msg("%s: %s", #call, f->err ? f->err->message : "no error set");                                      \
    } while (0)

/* Expects the error that is set, and forgets it. */
#define FAILED(error_kind, words)                                                                                      \
    do {                                                                                                               \
        assert_non_null(f->err);                                                                                       \
        if (f->err->kind != (error_kind) || !strstr(f->err->message, words))                                           \
            fail_msg("%d %s, expected: %s", (int)f->err->kind, f->err->message, words);                                \
        error_clear(&f->err);                                                                                          \
    } while (0)

/* A layer with one file. */
static inline struct store_staged *stage_text(struct fixture *f, const char *name, const char *text)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = name, .data = text });
    tape_end(&tape);
    struct memory memory = { tape.data, tape.len, 0 };
    struct source source = { &memory, memory_read };
    struct store_stage_options options = { .compressed_size = -1 };
    struct store_staged *staged = store_stage_layer(f->store, &source, &options, &f->err);
    buf_free(&tape);
    return staged;
}

static inline int add_layer(struct fixture *f, const char *parent, const char *name, const char *text, char ret_id[65])
{
    struct store_staged *staged = stage_text(f, name, text);
    int rc = staged ? store_commit_layer(f->store, staged, parent, ret_id, &f->err) : -1;
    store_staged_free(staged);
    return rc;
}

/* An image whose config is @config; its id is that text's sum. */
static inline int add_image(struct fixture *f, const char *config, const char *layer, const char *name, char ret_id[65])
{
    sha256_hex(config, strlen(config), ret_id);
    char *key = arena_printf(f->arena, "sha256:%s", ret_id);
    struct store_blob blobs[] = { { key, config, strlen(config) }, { "manifest", "{}", 2 } };
    struct store_new_image image = { .id = ret_id, .digest = key, .layer = layer, .names = { &name, name ? 1 : 0 },
                                     .created_unix_ns = 1, .data = blobs, .data_count = 2 };
    return store_put_image(f->store, &image, &f->err);
}

#define IN_STORE(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_remove)
