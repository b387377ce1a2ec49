#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "test/unit/core/store/fixture.h"

static struct store_image *get(struct fixture *f, const char *id)
{
    struct store_image *image = store_image(f->store, f->arena, id, &f->err);
    if (!image)
        fail_msg("%s", f->err->message);
    return image;
}

static const char *names(struct fixture *f, const char *id)
{
    struct store_image *image = get(f, id);
    return str_join(f->arena, &image->names, " ");
}

static size_t count_layers(struct fixture *f)
{
    struct store_layer *layers;
    size_t count;
    OK(store_layers(f->store, f->arena, &layers, &count, &f->err));
    return count;
}

static void an_empty_store_has_nothing_and_makes_nothing(void **state)
{
    struct fixture *f = *state;
    struct store_image *images;
    size_t count = 1;
    OK(store_images(f->store, f->arena, &images, &count, &f->err));
    assert_int_equal(count, 0);
    assert_int_equal(count_layers(f), 0);
    assert_false(path_exists(f->root));
    assert_null(store_image(f->store, f->arena, "aa", &f->err));
    FAILED(ERROR_NOT_FOUND, "image aa");
}

static void an_image_comes_back_as_it_was_put(void **state)
{
    struct fixture *f = *state;
    char base[65], top[65], id[65];
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_layer(f, base, "b", "2", top));
    OK(add_image(f, "config", top, "localhost/x:1", id));
    struct store_image *image = get(f, id);
    assert_string_equal(image->layer, top);
    assert_string_equal(image->names.items[0], "localhost/x:1");
    assert_int_equal(image->created_unix_ns, 1);
    assert_int_equal(image->data_count, 2);
    assert_int_equal(image->data[0].size, 6);
    assert_string_equal(image->data[0].digest, image->digest);
    size_t len;
    assert_string_equal(store_image_data(f->store, f->arena, id, image->data[0].key, &len, &f->err), "config");
    assert_int_equal(len, 6);
    assert_null(store_image_data(f->store, f->arena, id, "none", &len, &f->err));
    FAILED(ERROR_NOT_FOUND, "its none");
    assert_null(store_image_data(f->store, f->arena, "../../etc", "passwd", &len, &f->err));
    FAILED(ERROR_INVALID, "64 hex digits");

    struct store_layer *layer = store_layer(f->store, f->arena, top, &f->err);
    assert_string_equal(layer->parent, base);
    assert_int_equal(layer->diff_size, 2048);
    assert_false(layer->incomplete);
    char expected[65];
    store_layer_id(base, layer->diff_digest, expected);
    assert_string_equal(expected, top);
}

static void putting_it_again_adds_names_and_documents(void **state)
{
    struct fixture *f = *state;
    char id[65];
    OK(add_image(f, "config", NULL, "localhost/x:1", id));
    uint64_t before = store_images_version(f->store, &f->err);
    assert_int_equal(store_images_version(f->store, &f->err), before);
    const char *name = "localhost/x:2";
    struct store_blob more = { "manifest-sha256:abc", "list", 4 };
    struct store_new_image image = {
        .id = id, .digest = "sha256:new", .names = { &name, 1 }, .data = &more, .data_count = 1
    };
    OK(store_put_image(f->store, &image, &f->err));
    assert_int_not_equal(store_images_version(f->store, &f->err), before);
    assert_string_equal(names(f, id), "localhost/x:1 localhost/x:2");
    assert_int_equal(get(f, id)->data_count, 3);
    assert_string_equal(get(f, id)->digest, "sha256:new");
    size_t len;
    assert_string_equal(store_image_data(f->store, f->arena, id, "manifest-sha256:abc", &len, &f->err), "list");
}

static void a_name_moves_to_the_image_that_gets_it(void **state)
{
    struct fixture *f = *state;
    char first[65], second[65];
    OK(add_image(f, "one", NULL, "localhost/x:1", first));
    OK(add_image(f, "two", NULL, "localhost/x:1", second));
    assert_string_equal(names(f, first), "");
    assert_int_equal(get(f, first)->names_history.count, 1);
    assert_string_equal(names(f, second), "localhost/x:1");

    OK(store_change_image_name(f->store, first, "localhost/x:1", NULL, &f->err));
    assert_string_equal(names(f, first), "localhost/x:1");
    assert_string_equal(names(f, second), "");
    OK(store_change_image_name(f->store, first, "localhost/y:1", "localhost/x:1", &f->err));
    assert_string_equal(names(f, first), "localhost/y:1");
    assert_string_equal(get(f, first)->names_history.items[0], "localhost/y:1");
    assert_string_equal(get(f, first)->names_history.items[1], "localhost/x:1");

    const char *all[] = { "localhost/a:1", "localhost/b:1", "localhost/a:1" };
    OK(store_set_image_names(f->store, second, &(struct str_list){ all, 3 }, &f->err));
    assert_string_equal(names(f, second), "localhost/a:1 localhost/b:1");
    OK(store_set_image_names(f->store, second, &(struct str_list){ 0 }, &f->err));
    assert_string_equal(names(f, second), "");
    assert_int_equal(store_change_image_name(f->store, "00", "a", NULL, &f->err), -1);
    FAILED(ERROR_NOT_FOUND, "image 00");
}

static void removal_takes_the_layers_nobody_else_needs(void **state)
{
    struct fixture *f = *state;
    char base[65], one[65], two[65], first[65], second[65];
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_layer(f, base, "b", "2", one));
    OK(add_layer(f, base, "c", "3", two));
    OK(add_image(f, "one", one, NULL, first));
    OK(add_image(f, "two", two, NULL, second));
    struct str_list gone = { 0 };
    OK(store_remove_image(f->store, f->arena, first, &gone, &f->err));
    assert_int_equal(gone.count, 1);
    assert_string_equal(gone.items[0], one);
    assert_int_equal(count_layers(f), 2);
    OK(store_remove_image(f->store, f->arena, second, &gone, &f->err));
    assert_int_equal(gone.count, 2);
    assert_string_equal(gone.items[0], two);
    assert_string_equal(gone.items[1], base);
    assert_int_equal(count_layers(f), 0);
    static const char *const empty[] = { "overlay/l", "coracle/staging" };
    for (int i = 0; i < 2; i++) { /* rmdir() works on empty directories only */
        const char *path = arena_printf(f->arena, "%s/%s", f->root, empty[i]);
        assert_int_equal(rmdir(path), 0);
        mkdir(path, 0700);
    }
    assert_false(path_exists(arena_printf(f->arena, "%s/overlay/%s", f->root, base)));
    assert_false(path_exists(arena_printf(f->arena, "%s/overlay-images/%s", f->root, second)));
    assert_false(path_exists(arena_printf(f->arena, "%s/overlay-layers/%s.tar-split.gz", f->root, base)));
    assert_int_equal(store_remove_image(f->store, f->arena, first, NULL, &f->err), -1);
    FAILED(ERROR_NOT_FOUND, first);
}

static void a_layer_that_is_another_images_top_stays(void **state)
{
    struct fixture *f = *state;
    char base[65], top[65], below[65], above[65];
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_layer(f, base, "b", "2", top));
    OK(add_image(f, "below", base, NULL, below));
    OK(add_image(f, "above", top, NULL, above));
    struct str_list gone = { 0 };
    OK(store_remove_image(f->store, f->arena, above, &gone, &f->err));
    assert_int_equal(gone.count, 1);
    assert_string_equal(gone.items[0], top);
    assert_int_equal(count_layers(f), 1);
}

static void an_image_in_use_stays(void **state)
{
    struct fixture *f = *state;
    char base[65], id[65], container[65];
    id_random(container);
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_image(f, "one", base, NULL, id));
    OK(store_create_container(f->store, container, "user-of-it", id, "x", &f->err));
    assert_int_equal(store_remove_image(f->store, f->arena, id, NULL, &f->err), -1);
    FAILED(ERROR_CONFLICT, "is used by container user-of-it");
    OK(store_remove_container(f->store, container, &f->err));
    OK(store_remove_image(f->store, f->arena, id, NULL, &f->err));
}

static void a_layer_that_went_meanwhile_is_a_conflict(void **state)
{
    struct fixture *f = *state;
    char base[65], id[65], other[65];
    OK(add_layer(f, NULL, "a", "1", base));
    OK(add_image(f, "one", base, NULL, id));
    OK(store_remove_image(f->store, f->arena, id, NULL, &f->err));
    assert_int_equal(add_image(f, "two", base, NULL, other), -1);
    FAILED(ERROR_CONFLICT, "was removed meanwhile");
}

/* What podman 4.3.1 wrote, with a member no version of ours knows. */
static const char foreign[] =
    "[{\"id\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"digest\":\"sha256:bb\",\"names\":"
    "[\"localhost/"
    "f:1\"],\"metadata\":\"{\\\"signature-sizes\\\":[3]}\",\"new-thing\":{\"deep\":[1,{\"x\":\"\\u003c\"}]},"
    "\"flags\":{\"coracle\":\"kept\"}}]";
static const char foreign_id[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

static void write_images(struct fixture *f, const char *text)
{
    const char *folder = arena_printf(f->arena, "%s/overlay-images", f->root);
    OK(path_mkdirs(folder, 0700, &f->err));
    OK(path_write_atomic(arena_printf(f->arena, "%s/images.json", folder), text, strlen(text), 0600, false, &f->err));
}

static void members_we_do_not_know_survive_our_changes(void **state)
{
    struct fixture *f = *state;
    char id[65];
    write_images(f, foreign);
    OK(store_change_image_name(f->store, foreign_id, "localhost/g:1", NULL, &f->err));
    OK(add_image(f, "mine", NULL, "localhost/f:1", id));
    const char *path = arena_printf(f->arena, "%s/overlay-images/images.json", f->root);
    autofree char *text = path_read(path, 1 << 20, NULL, &f->err);
    assert_non_null(strstr(text, "\"names\":[\"localhost/g:1\"]"));
    assert_non_null(
        strstr(text, ",\"metadata\":\"{\\\"signature-sizes\\\":[3]}\",\"new-thing\":{\"deep\":[1,{\"x\":\"\\u003c\"}]},"
                     "\"flags\":{\"coracle\":\"kept\"}"));
}

static void changes_of_other_programs_are_seen_at_once(void **state)
{
    struct fixture *f = *state;
    char id[65];
    OK(add_image(f, "mine", NULL, "localhost/x:1", id));
    uint64_t before = store_images_version(f->store, &f->err);
    write_images(f, foreign);
    assert_int_not_equal(store_images_version(f->store, &f->err), before);
    assert_string_equal(names(f, foreign_id), "localhost/f:1");
    assert_null(store_image(f->store, f->arena, id, &f->err));
    FAILED(ERROR_NOT_FOUND, id);
}

static void a_damaged_list_is_an_error_and_is_not_overwritten(void **state)
{
    struct fixture *f = *state;
    static const char *const damaged[] = { "", "[{\"id\":", "{}", "[5]", "[{\"id\":5}]" };
    for (int i = 1; i < 5; i++) {
        write_images(f, damaged[i]);
        struct store_image *images;
        size_t count;
        assert_int_equal(store_images(f->store, f->arena, &images, &count, &f->err), -1);
        FAILED(ERROR_INTERNAL, "images.json");
    }
    char id[65];
    write_images(f, damaged[1]);
    assert_int_equal(add_image(f, "mine", NULL, NULL, id), -1);
    FAILED(ERROR_INTERNAL, "damaged");
    autofree char *text =
        path_read(arena_printf(f->arena, "%s/overlay-images/images.json", f->root), 4096, NULL, &f->err);
    assert_string_equal(text, damaged[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_STORE(an_empty_store_has_nothing_and_makes_nothing),
        IN_STORE(an_image_comes_back_as_it_was_put),
        IN_STORE(putting_it_again_adds_names_and_documents),
        IN_STORE(a_name_moves_to_the_image_that_gets_it),
        IN_STORE(removal_takes_the_layers_nobody_else_needs),
        IN_STORE(a_layer_that_is_another_images_top_stays),
        IN_STORE(an_image_in_use_stays),
        IN_STORE(a_layer_that_went_meanwhile_is_a_conflict),
        IN_STORE(members_we_do_not_know_survive_our_changes),
        IN_STORE(changes_of_other_programs_are_seen_at_once),
        IN_STORE(a_damaged_list_is_an_error_and_is_not_overwritten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
