#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/base/fd.h"
#include "core/base/lock.h"
#include "test/unit/core/store/fixture.h"

static size_t count_entries(struct fixture *f, const char *folder)
{
    DIR *dir = opendir(arena_printf(f->arena, "%s/%s", f->root, folder));
    size_t count = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        count += entry->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return count;
}

static struct store_staged *stage(struct fixture *f, const struct buf *tape, struct store_stage_options options)
{
    struct memory memory = { tape->data, tape->len, 0 };
    struct source source = { &memory, memory_read };
    return store_stage_layer(f->store, &source, &options, &f->err);
}

static void count_up(void *context, int64_t done)
{
    int64_t *last = context;
    assert_true(done >= *last);
    *last = done;
}

static void digests_and_sizes_are_checked(void **state)
{
    struct fixture *f = *state;
    autobuf tape = BUF(8 << 20);
    autofree char *big = mem_zalloc(2000001);
    memset(big, 'x', 2000000);
    tape_add(&tape, (struct entry){ .name = "big", .data = big });
    tape_end(&tape);
    char hex[65];
    sha256_hex(tape.data, tape.len, hex);
    const char *right = arena_printf(f->arena, "sha256:%s", hex), *wrong = arena_printf(f->arena, "sha256:%064d", 0);
    int64_t size = (int64_t)tape.len, told = 0;

    struct store_staged *staged = stage(f, &tape,
                                        (struct store_stage_options){ .compressed_digest = right,
                                                                      .compressed_size = size,
                                                                      .diff_digest = right,
                                                                      .progress = count_up,
                                                                      .progress_context = &told });
    assert_non_null(staged);
    assert_string_equal(store_staged_diff_digest(staged), right);
    assert_int_equal(store_staged_diff_size(staged), size);
    assert_true(told > 1000000);
    store_staged_free(staged);
    assert_null(stage(f, &tape, (struct store_stage_options){ .compressed_digest = wrong, .compressed_size = -1 }));
    FAILED(ERROR_INVALID, "compressed digest");
    assert_null(stage(f, &tape, (struct store_stage_options){ .diff_digest = wrong, .compressed_size = -1 }));
    FAILED(ERROR_INVALID, "uncompressed digest");
    assert_null(stage(f, &tape, (struct store_stage_options){ .compressed_size = size + 1 }));
    FAILED(ERROR_INVALID, "expected");
    assert_null(stage(f, &tape, (struct store_stage_options){ .compressed_size = size - 1 }));
    FAILED(ERROR_INVALID, "more than");
    assert_int_equal(count_entries(f, "coracle/staging"), 0);
}

static void hostile_archives_leave_nothing(void **state)
{
    struct fixture *f = *state;
    autobuf out = BUF(1 << 20), twice = BUF(1 << 20);
    tape_add(&out, (struct entry){ .name = "ok", .data = "x" });
    tape_add(&out, (struct entry){ .name = "../../out", .data = "x" });
    assert_null(stage(f, &out, (struct store_stage_options){ .compressed_size = -1 }));
    FAILED(ERROR_INVALID, "leads out");
    tape_add(&twice, (struct entry){ .name = "a", .data = "x" });
    tape_add(&twice, (struct entry){ .name = "./a", .data = "y" });
    assert_null(stage(f, &twice, (struct store_stage_options){ .compressed_size = -1 }));
    FAILED(ERROR_INVALID, "twice");
    assert_int_equal(count_entries(f, "coracle/staging"), 0);
}

static void a_layer_has_all_its_files(void **state)
{
    struct fixture *f = *state;
    char base[65], top[65];
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_layer(f, base, "b", "2", top));
    const char *layer = arena_printf(f->arena, "%s/overlay/%s", f->root, top);
    autofree char *link = path_read(arena_printf(f->arena, "%s/overlay/%s/link", f->root, base), 100, NULL, &f->err);
    autofree char *lower = path_read(arena_printf(f->arena, "%s/lower", layer), 100, NULL, &f->err);
    assert_int_equal(strlen(link), 26);
    assert_string_equal(lower, arena_printf(f->arena, "l/%s", link));
    char target[100] = "";
    assert_true(readlink(arena_printf(f->arena, "%s/overlay/l/%s", f->root, link), target, sizeof target - 1) > 0);
    assert_string_equal(target, arena_printf(f->arena, "../%s/diff", base));
    struct stat st;
    assert_int_equal(stat(arena_printf(f->arena, "%s/overlay/%s/empty", f->root, base), &st), 0);
    assert_int_equal(stat(arena_printf(f->arena, "%s/diff", layer), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0555);
    assert_int_equal(stat(arena_printf(f->arena, "%s/work", layer), &st), 0);
    assert_int_equal(stat(arena_printf(f->arena, "%s/merged", layer), &st), 0);
    gzFile split = gzopen(arena_printf(f->arena, "%s/overlay-layers/%s.tar-split.gz", f->root, top), "r");
    char start[20] = "";
    assert_int_equal(gzread(split, start, 19), 19);
    assert_string_equal(start, "{\"type\":2,\"payload\"");
    gzclose(split);
}

static void a_layer_that_is_there_is_kept(void **state)
{
    struct fixture *f = *state;
    char first[65], second[65];
    OK(add_layer(f, NULL, "a", "1", first));
    struct stat before, after;
    const char *path = arena_printf(f->arena, "%s/overlay/%s", f->root, first);
    assert_int_equal(stat(path, &before), 0);
    OK(add_layer(f, NULL, "a", "1", second));
    assert_string_equal(first, second);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(count_entries(f, "coracle/staging"), 0);
}

static void a_parent_must_be_there(void **state)
{
    struct fixture *f = *state;
    char id[65];
    assert_int_equal(add_layer(f, arena_printf(f->arena, "%064d", 7), "a", "1", id), -1);
    FAILED(ERROR_NOT_FOUND, "its parent");
}

static void what_a_dead_program_left_in_place_is_replaced(void **state)
{
    struct fixture *f = *state;
    char id[65], again[65];
    OK(add_layer(f, NULL, "a", "1", id));
    /* As after a crash behind the moving of files: directory and tar-split, no record. */
    const char *json = arena_printf(f->arena, "%s/overlay-layers/layers.json", f->root);
    OK(path_write_atomic(json, "[]", 2, 0600, false, &f->err));
    OK(add_layer(f, NULL, "a", "1", again));
    assert_string_equal(id, again);
    assert_int_equal(count_entries(f, "overlay/l"), 1);
}

static void layers_left_incomplete_go_at_the_next_change(void **state)
{
    struct fixture *f = *state;
    char id[65], other[65];
    OK(add_layer(f, NULL, "a", "1", id));
    const char *json = arena_printf(f->arena, "%s/overlay-layers/layers.json", f->root);
    const char *text = arena_printf(f->arena, "[{\"id\":\"%s\",\"flags\":{\"incomplete\":true}}]", id);
    OK(path_write_atomic(json, text, strlen(text), 0600, false, &f->err));
    assert_true(store_layer(f->store, f->arena, id, &f->err)->incomplete);
    OK(add_layer(f, NULL, "b", "2", other));
    assert_null(store_layer(f->store, f->arena, id, &f->err));
    FAILED(ERROR_NOT_FOUND, id);
    assert_false(path_exists(arena_printf(f->arena, "%s/overlay/%s", f->root, id)));
    assert_int_equal(count_entries(f, "overlay/l"), 1);
    assert_int_equal(count_entries(f, "coracle/staging"), 0);
}

static void staging_of_dead_programs_is_swept_and_of_living_ones_is_not(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = { "dead", "living" };
    for (int i = 0; i < 2; i++) {
        const char *folder = arena_printf(f->arena, "%s/coracle/staging/%s", f->root, names[i]);
        OK(path_mkdirs(arena_printf(f->arena, "%s/dir", folder), 0700, &f->err));
        OK(path_write_inplace(arena_printf(f->arena, "%s/staging.lock", folder), "", 0, 0644, &f->err));
    }
    OK(path_mkdirs(arena_printf(f->arena, "%s/coracle/staging/unlocked", f->root), 0700, &f->err));
    autofd lock = lock_file(arena_printf(f->arena, "%s/coracle/staging/living/staging.lock", f->root), true, &f->err);
    char id[65];
    OK(add_layer(f, NULL, "a", "1", id));
    assert_false(path_exists(arena_printf(f->arena, "%s/coracle/staging/dead", f->root)));
    assert_true(path_exists(arena_printf(f->arena, "%s/coracle/staging/living/dir", f->root)));
    assert_false(path_exists(arena_printf(f->arena, "%s/coracle/staging/unlocked", f->root)));
}

static void volatile_layers_of_podman_5_are_listed_too(void **state)
{
    struct fixture *f = *state;
    char id[65];
    OK(add_layer(f, NULL, "a", "1", id));
    const char *json = arena_printf(f->arena, "%s/overlay-layers/volatile-layers.json", f->root);
    const char *text = arena_printf(f->arena, "[{\"id\":\"%s\"},{\"id\":\"%064d\",\"parent\":\"%s\"}]", id, 5, id);
    OK(path_write_atomic(json, text, strlen(text), 0600, false, &f->err));
    struct store_layer *layers;
    size_t count;
    OK(store_layers(f->store, f->arena, &layers, &count, &f->err));
    assert_int_equal(count, 2);
    assert_string_equal(layers[1].parent, id);
    /* It stands on the layer, so the image's removal leaves that alone. */
    char image[65];
    struct str_list gone = { 0 };
    OK(add_image(f, "x", id, NULL, image));
    OK(store_remove_image(f->store, f->arena, image, &gone, &f->err));
    assert_int_equal(gone.count, 0);
}

static void overlay_may_be_a_file_system_of_its_own(void **state)
{
    struct fixture *f = *state;
    const char *home = arena_printf(f->arena, "%s/overlay", f->root);
    OK(path_mkdirs(home, 0700, &f->err));
    assert_int_equal(mount("none", home, "tmpfs", 0, "size=10m"), 0);
    char id[65], image[65];
    OK(add_layer(f, NULL, "a", "1", id));
    OK(add_image(f, "x", id, NULL, image));
    OK(store_remove_image(f->store, f->arena, image, NULL, &f->err));
    assert_int_equal(count_entries(f, "overlay/staging"), 0);
    assert_int_equal(umount(home), 0);
}

struct worker {
    struct fixture *f;
    pthread_t thread;
    int number;
    char layer[65];
    struct error *err;
};

static void *work(void *context)
{
    struct worker *worker = context;
    struct fixture mine = { .store = worker->f->store };
    char text[16], id[65], image[65];
    mine.arena = arena_new();
    for (int i = 0; i < 10 && !mine.err; i++) {
        snprintf(text, sizeof text, "%d", i % 2 ? i : worker->number * 100 + i); /* every second one is shared by all */
        if (add_layer(&mine, NULL, "f", text, id) < 0 || add_layer(&mine, id, "g", text, worker->layer) < 0)
            break;
        snprintf(text, sizeof text, "i%d-%d", worker->number, i);
        if (add_image(&mine, text, worker->layer, arena_printf(mine.arena, "localhost/%s:1", text), image) < 0)
            break;
        if (i % 3 == 0 && store_remove_image(mine.store, mine.arena, image, NULL, &mine.err) < 0)
            break;
    }
    worker->err = mine.err;
    arena_free(mine.arena);
    return NULL;
}

static void many_threads_share_one_store(void **state)
{
    struct fixture *f = *state;
    struct worker workers[6];
    for (int i = 0; i < 6; i++) {
        workers[i] = (struct worker){ .f = f, .number = i + 1 };
        assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(workers[i].thread, NULL);
        /* Shared layers may be removed by another thread between commit and image: that is the conflict it is said to
         * be. */
        if (workers[i].err && workers[i].err->kind != ERROR_CONFLICT && workers[i].err->kind != ERROR_NOT_FOUND)
            fail_msg("%s", workers[i].err->message);
        error_free(workers[i].err);
    }
    struct store_layer *layers;
    struct store_image *images;
    size_t layer_count, image_count;
    OK(store_layers(f->store, f->arena, &layers, &layer_count, &f->err));
    OK(store_images(f->store, f->arena, &images, &image_count, &f->err));
    for (size_t i = 0; i < image_count; i++)
        assert_non_null(store_layer(f->store, f->arena, images[i].layer, &f->err));
    for (size_t i = 0; i < layer_count; i++)
        assert_true(path_exists(arena_printf(f->arena, "%s/overlay/%s/diff", f->root, layers[i].id)));
    assert_int_equal(count_entries(f, "overlay"), layer_count + 1); /* and l */
    assert_int_equal(count_entries(f, "coracle/staging"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_STORE(digests_and_sizes_are_checked),
        IN_STORE(hostile_archives_leave_nothing),
        IN_STORE(a_layer_has_all_its_files),
        IN_STORE(a_layer_that_is_there_is_kept),
        IN_STORE(a_parent_must_be_there),
        IN_STORE(what_a_dead_program_left_in_place_is_replaced),
        IN_STORE(layers_left_incomplete_go_at_the_next_change),
        IN_STORE(staging_of_dead_programs_is_swept_and_of_living_ones_is_not),
        IN_STORE(volatile_layers_of_podman_5_are_listed_too),
        IN_STORE(overlay_may_be_a_file_system_of_its_own),
        IN_STORE(many_threads_share_one_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
