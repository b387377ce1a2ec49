#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"

static char folder[64];
static struct arena *arena;

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/coracle-path-XXXXXX");
    arena = arena_new();
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    autoerror *err = NULL;
    arena_free(arena);
    return path_remove_tree(folder, &err);
}

static const char *in_folder(const char *path)
{
    return arena_printf(arena, "%s/%s", folder, path);
}

static void directories_are_made_with_their_parents(void **state)
{
    (void)state;
    autoerror *err = NULL;
    assert_int_equal(path_mkdirs(in_folder("a/b/c/"), 0755, &err), 0);
    assert_int_equal(path_mkdirs(in_folder("a/b/c"), 0755, &err), 0);
    assert_true(path_exists(in_folder("a/b/c")));
}

static void a_file_in_the_way_of_a_directory_is_an_error(void **state)
{
    (void)state;
    autoerror *err = NULL, *below = NULL;
    assert_int_equal(path_write_atomic(in_folder("file"), "", 0, 0644, false, &err), 0);
    assert_int_equal(path_mkdirs(in_folder("file"), 0755, &err), -1);
    assert_int_equal(path_mkdirs(in_folder("file/x"), 0755, &below), -1);
}

static void files_are_written_whole_and_read_back(void **state)
{
    (void)state;
    autoerror *err = NULL;
    size_t len;
    const char *path = in_folder("whole");
    assert_int_equal(path_write_atomic(path, "one\0two", 7, 0600, true, &err), 0);
    autofree char *text = path_read(path, 100, &len, &err);
    assert_int_equal(len, 7);
    assert_memory_equal(text, "one\0two", 8);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void writing_in_place_keeps_the_inode(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct stat before, after;
    const char *path = in_folder("hosts");
    path_write_atomic(path, "a longer text", 13, 0644, false, &err);
    stat(path, &before);
    assert_int_equal(path_write_inplace(path, "short", 5, 0644, &err), 0);
    stat(path, &after);
    assert_true(before.st_ino == after.st_ino);
    assert_int_equal(after.st_size, 5);
}

static void reading_tells_missing_from_too_large(void **state)
{
    (void)state;
    autoerror *missing = NULL, *large = NULL, *err = NULL;
    assert_null(path_read(in_folder("nothing"), 10, NULL, &missing));
    assert_int_equal(missing->kind, ERROR_NOT_FOUND);
    path_write_atomic(in_folder("large"), "12345678901", 11, 0644, false, &err);
    assert_null(path_read(in_folder("large"), 10, NULL, &large));
    assert_int_equal(large->kind, ERROR_TOO_LARGE);
    path_write_atomic(in_folder("large"), "1234567890", 10, 0644, false, &err);
    autofree char *exact = path_read(in_folder("large"), 10, NULL, &err);
    assert_string_equal(exact, "1234567890");
    path_write_atomic(in_folder("empty"), "", 0, 0644, false, &err);
    autofree char *empty = path_read(in_folder("empty"), 10, NULL, &err);
    assert_string_equal(empty, "");
}

static void a_failed_write_leaves_no_temporary_behind(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("taken/x"), 0755, &err);
    assert_int_equal(path_write_atomic(in_folder("taken"), "x", 1, 0644, false, &err), -1);
    autofree char *command = mem_printf("ls -A %s | grep -q tmp-", folder);
    assert_int_not_equal(system(command), 0);
}

static void what_a_killed_writer_left_is_written_over(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("alone"), 0755, &err);
    path_write_inplace(in_folder("alone/.tmp-list"), "half of a long", 14, 0600, &err);
    assert_int_equal(path_write_atomic_alone(in_folder("alone/list"), "new", 3, 0600, true, &err), 0);
    autofree char *text = path_read(in_folder("alone/list"), 100, NULL, &err);
    assert_string_equal(text, "new");
    assert_false(path_exists(in_folder("alone/.tmp-list")));
}

static void trees_go_with_everything_in_them(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("tree/a/b"), 0755, &err);
    path_write_atomic(in_folder("tree/a/file"), "x", 1, 0444, false, &err);
    path_mkdirs(in_folder("kept"), 0755, &err);
    assert_int_equal(symlink(in_folder("kept"), in_folder("tree/link")), 0);
    assert_int_equal(symlink("nowhere", in_folder("tree/a/dangling")), 0);
    assert_int_equal(mkfifo(in_folder("tree/fifo"), 0600), 0);
    assert_int_equal(path_remove_tree(in_folder("tree/"), &err), 0);
    assert_false(path_exists(in_folder("tree")));
    assert_true(path_exists(in_folder("kept")));
    assert_int_equal(path_remove_tree(in_folder("tree"), &err), 0); /* a missing one is fine */
    assert_int_equal(symlink("kept", in_folder("to-kept")), 0);
    assert_int_equal(path_remove_tree(in_folder("to-kept"), &err), 0); /* the link, not what it shows */
    assert_true(path_exists(in_folder("kept")));
}

static void a_tree_deeper_than_our_descriptors_goes_too(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("deep"), 0755, &err);
    int at = open(in_folder("deep"), O_PATH | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(mkdirat(at, "d", 0700), 0);
        int next = openat(at, "d", O_PATH | O_DIRECTORY | O_CLOEXEC);
        fd_close(at);
        at = next;
    }
    fd_close(at);
    if (path_remove_tree(in_folder("deep"), &err) < 0)
        fail_msg("%s", err->message);
    assert_false(path_exists(in_folder("deep")));
}

static void mount_points_are_not_crossed(void **state)
{
    (void)state;
    autoerror *err = NULL, *inner = NULL, *top = NULL;
    path_mkdirs(in_folder("mounted/here"), 0755, &err);
    path_mkdirs(in_folder("volume"), 0755, &err);
    path_write_atomic(in_folder("volume/precious"), "x", 1, 0644, false, &err);
    if (mount(in_folder("volume"), in_folder("mounted/here"), NULL, MS_BIND, NULL) < 0)
        skip(); /* takes root */
    int rc = path_remove_tree(in_folder("mounted"), &inner), top_rc = path_remove_tree(in_folder("mounted/here"), &top);
    umount2(in_folder("mounted/here"), MNT_DETACH);
    assert_int_equal(rc, -1);
    assert_int_equal(top_rc, -1);
    assert_true(path_exists(in_folder("volume/precious")));
}

static void symlinks_of_a_root_stay_inside_it(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("root/etc"), 0755, &err);
    path_write_atomic(in_folder("root/etc/passwd"), "theirs", 6, 0644, false, &err);
    assert_int_equal(symlink("/etc", in_folder("root/absolute")), 0);
    assert_int_equal(symlink("../../../../etc", in_folder("root/relative")), 0);
    assert_int_equal(symlink("/proc/self/root", in_folder("root/magic")), 0);
    autofd root = open(in_folder("root"), O_PATH | O_DIRECTORY | O_CLOEXEC);
    static const char *const paths[] = { "absolute/passwd", "relative/passwd", "/../../etc/passwd", "etc/passwd" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char text[16] = { 0 };
        autofd fd = path_open_in(root, paths[i], O_RDONLY, 0);
        assert_true(fd >= 0);
        assert_int_equal(read(fd, text, sizeof text), 6);
        assert_string_equal(text, "theirs");
    }
    assert_int_equal(path_open_in(root, "magic/etc/passwd", O_RDONLY, 0), -1);
}

static void directories_of_a_root_are_made_inside_it(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_mkdirs(in_folder("jail/inner"), 0755, &err);
    assert_int_equal(symlink("/inner", in_folder("jail/link")), 0);
    assert_int_equal(symlink("/gone", in_folder("jail/dangling")), 0);
    autofd root = open(in_folder("jail"), O_PATH | O_DIRECTORY | O_CLOEXEC);
    static const char *const paths[] = { "link/a/b", "/x//y/", "/", "", "inner/../z" };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        autofd fd = path_mkdirs_in(root, paths[i], 0755);
        assert_true(fd >= 0);
    }
    assert_true(path_exists(in_folder("jail/inner/a/b")));
    assert_true(path_exists(in_folder("jail/x/y")));
    assert_true(path_exists(in_folder("jail/z")));
    assert_int_equal(path_mkdirs_in(root, "dangling/x", 0755), -1);
    assert_false(path_exists("/gone"));
}

static void paths_are_cleaned_as_go_does(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "", "/" },          { "/", "/" },       { "a", "/a" },          { "/a//b/", "/a/b" },
        { "/a/./b", "/a/b" }, { "..", "/" },      { "/a/../../b", "/b" }, { "/a/b/..", "/a" },
        { "/a/..", "/" },     { "/...", "/..." }, { "//", "/" },          { "/a/b/../..//c", "/c" }
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(path_clean(arena, cases[i][0]), cases[i][1]);
}

static void links_are_followed_as_text_inside_their_root(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    autofree char *root = mem_strdup("/tmp/coracle-follow-XXXXXX");
    assert_non_null(mkdtemp(root));
    autofd fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(mkdirat(fd, "d", 0755), 0);
    assert_int_equal(symlinkat("/d", fd, "abs"), 0);
    assert_int_equal(symlinkat("../../../abs/x", fd, "d/up"), 0);
    assert_int_equal(symlinkat("nosuch/../more", fd, "d/broken"), 0);
    assert_int_equal(symlinkat("loop", fd, "loop"), 0);
    assert_string_equal(path_follow_in(arena, fd, "/"), "/");
    assert_string_equal(path_follow_in(arena, fd, "/abs"), "/d");
    assert_string_equal(path_follow_in(arena, fd, "/abs/"), "/d");
    assert_string_equal(path_follow_in(arena, fd, "/d/up/y"), "/d/x/y");
    assert_string_equal(path_follow_in(arena, fd, "/d/broken"), "/d/more");
    assert_string_equal(path_follow_in(arena, fd, "/loop"), "/loop");
    assert_string_equal(path_follow_in(arena, fd, "/none/of/it"), "/none/of/it");
    assert_int_equal(path_remove_tree(root, &err), 0);
}

static void the_base_follows_the_last_slash(void **state)
{
    (void)state;
    assert_string_equal(path_base("/a/b"), "b");
    assert_string_equal(path_base("b"), "b");
    assert_string_equal(path_base("a/"), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(directories_are_made_with_their_parents),
        cmocka_unit_test(a_file_in_the_way_of_a_directory_is_an_error),
        cmocka_unit_test(files_are_written_whole_and_read_back),
        cmocka_unit_test(writing_in_place_keeps_the_inode),
        cmocka_unit_test(reading_tells_missing_from_too_large),
        cmocka_unit_test(a_failed_write_leaves_no_temporary_behind),
        cmocka_unit_test(what_a_killed_writer_left_is_written_over),
        cmocka_unit_test(trees_go_with_everything_in_them),
        cmocka_unit_test(a_tree_deeper_than_our_descriptors_goes_too),
        cmocka_unit_test(mount_points_are_not_crossed),
        cmocka_unit_test(symlinks_of_a_root_stay_inside_it),
        cmocka_unit_test(directories_of_a_root_are_made_inside_it),
        cmocka_unit_test(paths_are_cleaned_as_go_does),
        cmocka_unit_test(links_are_followed_as_text_inside_their_root),
        cmocka_unit_test(the_base_follows_the_last_slash),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
