#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <sys/mount.h>
#include <sys/stat.h>

#include "test/unit/core/store/fixture.h"

static void add_container(struct fixture *f, const char *name, char image[65], char id[65])
{
    char base[65], top[65];
    OK(add_layer(f, NULL, "etc/a", "lower", base));
    OK(add_layer(f, base, "etc/b", "upper", top));
    OK(add_image(f, "config", top, "localhost/x:1", image));
    id_random(id);
    OK(store_create_container(f->store, id, name, image, "localhost/x:1", &f->err));
}

static const char *read_text(struct fixture *f, const char *path)
{
    autofree char *text = path_read(path, 1 << 20, NULL, &f->err);
    if (!text)
        fail_msg("%s", f->err->message);
    return arena_strdup(f->arena, text);
}

static void a_container_has_a_record_a_layer_and_directories(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65];
    add_container(f, "box", image, id);
    struct store_container *list;
    size_t count;
    OK(store_containers(f->store, f->arena, &list, &count, &f->err));
    assert_int_equal(count, 1);
    assert_string_equal(list[0].id, id);
    assert_string_equal(list[0].image, image);
    assert_string_equal(list[0].names.items[0], "box");
    assert_non_null(strstr(list[0].metadata, "\"image-name\":\"localhost/x:1\""));
    struct store_layer *layer = store_layer(f->store, f->arena, list[0].layer, &f->err);
    assert_non_null(layer->parent);
    assert_null(layer->diff_digest);
    struct stat st;
    assert_int_equal(stat(store_container_dir(f->store, f->arena, id), &st), 0);
    assert_int_equal(stat(store_container_run_dir(f->store, f->arena, id), &st), 0);
    assert_int_equal(stat(store_container_diff(f->store, f->arena, id, &f->err), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0555);
}

static void a_mounted_root_shows_all_layers_and_takes_changes(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65];
    add_container(f, "box", image, id);
    const char *path = NULL, *again;
    OK(store_mount_container(f->store, f->arena, id, &path, &f->err));
    OK(store_mount_container(f->store, f->arena, id, &again, &f->err));
    assert_string_equal(path, again);
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/etc/a", path)), "lower");
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/etc/b", path)), "upper");
    OK(path_write_inplace(arena_printf(f->arena, "%s/etc/a", path), "mine", 4, 0644, &f->err));
    const char *mounts = arena_printf(f->arena, "%s/overlay-layers/mountpoints.json", f->runroot);
    assert_non_null(strstr(read_text(f, mounts), arena_printf(f->arena, "\"path\":\"%s\",\"count\":1", path)));
    OK(store_unmount_container(f->store, id, &f->err));
    OK(store_unmount_container(f->store, id, &f->err));
    assert_string_equal(read_text(f, mounts), "[]");
    assert_false(path_exists(path));
    const char *diff = store_container_diff(f->store, f->arena, id, &f->err);
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/etc/a", diff)), "mine");
}

static void removal_unmounts_and_may_be_repeated(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65];
    add_container(f, "box", image, id);
    const char *path;
    OK(store_mount_container(f->store, f->arena, id, &path, &f->err));
    const char *diff = store_container_diff(f->store, f->arena, id, &f->err);
    OK(store_remove_container(f->store, id, &f->err));
    OK(store_remove_container(f->store, id, &f->err));
    assert_false(path_exists(path));
    assert_false(path_exists(diff));
    assert_false(path_exists(store_container_dir(f->store, f->arena, id)));
    assert_false(path_exists(store_container_run_dir(f->store, f->arena, id)));
    struct store_container *list;
    struct store_layer *layers;
    size_t count;
    OK(store_containers(f->store, f->arena, &list, &count, &f->err));
    assert_int_equal(count, 0);
    OK(store_layers(f->store, f->arena, &layers, &count, &f->err));
    assert_int_equal(count, 2);
}

/* A kill between the files of a new container and its records. */
static void a_half_made_container_is_found_by_its_id_alone(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65];
    add_container(f, "box", image, id);
    const char *diff = store_container_diff(f->store, f->arena, id, &f->err);
    static const char *const lists[] = { "overlay-containers/containers.json", "overlay-layers/layers.json" };
    for (int i = 0; i < 2; i++)
        OK(path_write_atomic(arena_printf(f->arena, "%s/%s", f->root, lists[i]), "[]", 2, 0600, false, &f->err));
    assert_true(path_exists(diff));
    OK(store_remove_container(f->store, id, &f->err));
    assert_false(path_exists(diff));
    assert_false(path_exists(store_container_dir(f->store, f->arena, id)));
}

static void names_belong_to_one_container(void **state)
{
    struct fixture *f = *state;
    char image[65], first[65], second[65];
    add_container(f, "box", image, first);
    id_random(second);
    assert_int_equal(store_create_container(f->store, second, "box", image, "x", &f->err), -1);
    FAILED(ERROR_CONFLICT, arena_printf(f->arena, "the name box is in use by container %s", first));
    assert_int_equal(store_create_container(f->store, first, "other", image, "x", &f->err), -1);
    FAILED(ERROR_CONFLICT, "exists");
    OK(store_create_container(f->store, second, "other", image, "x", &f->err));
    assert_int_equal(store_rename_container(f->store, second, "box", &f->err), -1);
    FAILED(ERROR_CONFLICT, "in use");
    OK(store_rename_container(f->store, first, "renamed", &f->err));
    OK(store_rename_container(f->store, second, "box", &f->err));
    struct store_container *list;
    size_t count;
    OK(store_containers(f->store, f->arena, &list, &count, &f->err));
    assert_string_equal(list[0].names.items[0], "renamed");
    assert_non_null(strstr(list[0].metadata, "\"name\":\"renamed\""));
    assert_string_equal(list[1].names.items[0], "box");
    assert_int_equal(store_rename_container(f->store, image, "x", &f->err), -1);
    FAILED(ERROR_NOT_FOUND, image);
}

static void names_in_volatile_containers_count_too(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65], other[65];
    add_container(f, "box", image, id);
    id_random(other);
    const char *json = arena_printf(f->arena, "%s/overlay-containers/volatile-containers.json", f->root);
    const char *text = arena_printf(
        f->arena, "[{\"id\":\"%064d\",\"names\":[\"brief\"],\"image\":\"%s\",\"layer\":\"%064d\"}]", 3, image, 4);
    OK(path_write_atomic(json, text, strlen(text), 0600, false, &f->err));
    assert_int_equal(store_create_container(f->store, other, "brief", image, "x", &f->err), -1);
    FAILED(ERROR_CONFLICT, "the name brief is in use");
    OK(store_remove_container(f->store, id, &f->err));
    assert_int_equal(store_remove_image(f->store, f->arena, image, NULL, &f->err), -1);
    FAILED(ERROR_CONFLICT, "brief");
}

static void without_its_image_nothing_is_made(void **state)
{
    struct fixture *f = *state;
    char id[65];
    id_random(id);
    assert_int_equal(store_create_container(f->store, id, "box", arena_printf(f->arena, "%064d", 1), "x", &f->err), -1);
    FAILED(ERROR_NOT_FOUND, "image");
    struct store_layer *layers;
    size_t count;
    OK(store_layers(f->store, f->arena, &layers, &count, &f->err));
    assert_int_equal(count, 0);
    assert_false(path_exists(store_container_dir(f->store, f->arena, id)));
    assert_int_equal(store_create_container(f->store, "../x", "box", id, "x", &f->err), -1);
    FAILED(ERROR_INVALID, "64 hex digits");
}

static void an_image_without_layers_gives_an_empty_root(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65];
    OK(add_image(f, "scratch", NULL, NULL, image));
    id_random(id);
    OK(store_create_container(f->store, id, "box", image, "x", &f->err));
    const char *path;
    OK(store_mount_container(f->store, f->arena, id, &path, &f->err));
    OK(path_write_inplace(arena_printf(f->arena, "%s/f", path), "x", 1, 0644, &f->err));
    OK(store_remove_container(f->store, id, &f->err));
}

/* More layers than absolute paths of them fit into one page of mount options. */
static void deep_images_are_mounted(void **state)
{
    struct fixture *f = *state;
    char parent[65] = "", layer[65], image[65], id[65], text[16];
    for (int i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "%d", i);
        OK(add_layer(f, parent, arena_printf(f->arena, "f%d", i), text, layer));
        memcpy(parent, layer, sizeof parent);
    }
    OK(add_image(f, "deep", parent, NULL, image));
    id_random(id);
    OK(store_create_container(f->store, id, "box", image, "x", &f->err));
    const char *path;
    char before[4096], after[4096];
    assert_non_null(getcwd(before, sizeof before));
    OK(store_mount_container(f->store, f->arena, id, &path, &f->err));
    assert_non_null(getcwd(after, sizeof after));
    assert_string_equal(before, after);
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/f0", path)), "0");
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/f99", path)), "99");
    OK(store_remove_container(f->store, id, &f->err));
}

/* podman makes overlay/ a mount of its own while it runs. */
static void nothing_depends_on_overlay_being_on_the_same_mount(void **state)
{
    struct fixture *f = *state;
    char image[65], id[65], other[65], layer[65];
    add_container(f, "box", image, id);
    const char *home = arena_printf(f->arena, "%s/overlay", f->root), *path;
    OK(store_mount_container(f->store, f->arena, id, &path, &f->err));
    assert_int_equal(mount(home, home, NULL, MS_BIND, NULL), 0);
    assert_int_equal(mount(NULL, home, NULL, MS_PRIVATE, NULL), 0);
    assert_string_equal(read_text(f, arena_printf(f->arena, "%s/etc/b", path)), "upper");
    OK(add_layer(f, NULL, "c", "3", layer));
    OK(add_image(f, "two", layer, NULL, other));
    OK(store_remove_image(f->store, f->arena, other, NULL, &f->err));
    OK(store_remove_container(f->store, id, &f->err));
    assert_int_equal(umount(home), 0);
    assert_false(path_exists(path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_STORE(a_container_has_a_record_a_layer_and_directories),
        IN_STORE(a_mounted_root_shows_all_layers_and_takes_changes),
        IN_STORE(removal_unmounts_and_may_be_repeated),
        IN_STORE(a_half_made_container_is_found_by_its_id_alone),
        IN_STORE(names_belong_to_one_container),
        IN_STORE(names_in_volatile_containers_count_too),
        IN_STORE(without_its_image_nothing_is_made),
        IN_STORE(an_image_without_layers_gives_an_empty_root),
        IN_STORE(deep_images_are_mounted),
        IN_STORE(nothing_depends_on_overlay_being_on_the_same_mount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
