#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/store/tree.h"
#include "test/unit/core/archive/folder.h"

static char *inside(void **state, const char *name)
{
    return mem_printf("%s/%s", (char *)*state, name);
}

static void goes(const char *path)
{
    autoerror *err = NULL;
    if (tree_remove(path, &err) < 0)
        fail_msg("%s", err->message);
    assert_false(path_exists(path));
}

static void files_links_and_folders_go_and_targets_stay(void **state)
{
    autofree char *tree = inside(state, "tree"), *deep = inside(state, "tree/a/b/c"),
                  *file = inside(state, "tree/a/lifted-0");
    autofree char *link = inside(state, "tree/a/out"), *kept = inside(state, "kept"),
                  *below = inside(state, "kept/below");
    autofree char *clash = inside(state, "tree/lifted-0/x");
    autoerror *err = NULL;
    assert_int_equal(path_mkdirs(deep, 0755, &err) | path_mkdirs(below, 0755, &err) | path_mkdirs(clash, 0755, &err),
                     0);
    assert_int_equal(path_write_inplace(file, "x", 1, 0600, &err), 0);
    assert_int_equal(symlink(kept, link), 0);
    goes(tree);
    assert_true(path_exists(below));
    goes(tree); /* a missing one is fine */
    goes(file);
}

/* Deeper than PATH_MAX, and than there are descriptors. */
static void depth_does_not_matter(void **state)
{
    autofree char *tree = inside(state, "tree");
    assert_int_equal(mkdir(tree, 0700), 0);
    int at = open(tree, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < 6000; i++) {
        assert_int_equal(mkdirat(at, "d", 0700), 0);
        int next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        assert_true(next >= 0);
        close(at);
        at = next;
    }
    close(at);
    struct rlimit old, few = { .rlim_cur = 32 };
    getrlimit(RLIMIT_NOFILE, &old);
    few.rlim_max = old.rlim_max;
    setrlimit(RLIMIT_NOFILE, &few);
    autoerror *err = NULL;
    int rc = tree_remove(tree, &err);
    setrlimit(RLIMIT_NOFILE, &old);
    assert_int_equal(rc, 0);
    assert_false(path_exists(tree));
}

static void mount_points_are_left_alone(void **state)
{
    autofree char *tree = inside(state, "tree"), *mounted = inside(state, "tree/a/mounted"),
                  *file = inside(state, "tree/a/mounted/f");
    autoerror *err = NULL;
    assert_int_equal(path_mkdirs(mounted, 0755, &err), 0);
    assert_int_equal(mount("none", mounted, "tmpfs", 0, "size=1m"), 0);
    assert_int_equal(path_write_inplace(file, "x", 1, 0600, &err), 0);
    assert_int_equal(tree_remove(tree, &err), -1);
    assert_true(path_exists(file));
    assert_int_equal(umount(mounted), 0);
    error_clear(&err);
    goes(tree);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(files_links_and_folders_go_and_targets_stay),
        IN_FOLDER(depth_does_not_matter),
        IN_FOLDER(mount_points_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
