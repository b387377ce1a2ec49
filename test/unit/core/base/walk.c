#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/walk.h"
#include "test/unit/core/archive/folder.h"

static void make(const char *folder, const char *path)
{
    char whole[256];
    snprintf(whole, sizeof whole, "%s/%s", folder, path);
    if (path[strlen(path) - 1] == '/') {
        assert_int_equal(mkdir(whole, 0755), 0);
        return;
    }
    autofd fd = open(whole, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    assert_true(fd >= 0);
}

struct list {
    struct buf text;
    const char *end_at, *remove_at; /* paths, or NULL */
};

static int add(void *context, const struct walk_entry *entry, struct error **err)
{
    struct list *list = context;
    struct stat st;
    buf_printf(&list->text, "%s%s ", entry->path, S_ISDIR(entry->st.st_mode) ? "/" : S_ISLNK(entry->st.st_mode) ? "@" : "");
    assert_int_equal(entry->fd >= 0, S_ISDIR(entry->st.st_mode));
    assert_string_equal(entry->name, strrchr(entry->path, '/') ? strrchr(entry->path, '/') + 1 : entry->path);
    assert_int_equal(fstatat(entry->dir, entry->name, &st, AT_SYMLINK_NOFOLLOW), 0);
    assert_int_equal(st.st_ino, entry->st.st_ino);
    if (list->remove_at && !strcmp(entry->path, list->remove_at))
        assert_int_equal(unlinkat(entry->fd, "gone", 0), 0);
    if (list->end_at && !strcmp(entry->path, list->end_at))
        return error_set(err, ERROR_CANCELLED, 0, "enough");
    return 0;
}

static int walk(const char *folder, struct list *list, struct error **err)
{
    autofd root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return walk_tree(root, true, add, list, err);
}

static void a_directory_comes_before_what_is_in_it_by_name(void **state)
{
    autoerror *err = NULL;
    struct list list = { .text = BUF(4096) };
    make(*state, "b/");
    make(*state, "b/z");
    make(*state, "b/a/");
    make(*state, "b/a/x");
    make(*state, "a");
    make(*state, "c");
    assert_int_equal(walk(*state, &list, &err), 0);
    assert_string_equal(buf_text(&list.text), "a b/ b/a/ b/a/x b/z c ");
    buf_free(&list.text);
}

static void links_are_shown_and_not_followed(void **state)
{
    autoerror *err = NULL;
    struct list list = { .text = BUF(4096) };
    char link[256];
    snprintf(link, sizeof link, "%s/link", (char *)*state);
    assert_int_equal(symlink("/", link), 0);
    assert_int_equal(walk(*state, &list, &err), 0);
    assert_string_equal(buf_text(&list.text), "link@ ");
    buf_free(&list.text);
}

static void what_is_removed_meanwhile_is_left_out(void **state)
{
    autoerror *err = NULL;
    struct list list = { .text = BUF(4096), .remove_at = "d" };
    make(*state, "d/");
    make(*state, "d/gone");
    make(*state, "d/stays");
    assert_int_equal(walk(*state, &list, &err), 0);
    assert_string_equal(buf_text(&list.text), "d/ d/stays ");
    buf_free(&list.text);
}

static void a_failure_ends_it(void **state)
{
    autoerror *err = NULL;
    struct list list = { .text = BUF(4096), .end_at = "b" };
    make(*state, "a");
    make(*state, "b");
    make(*state, "c");
    assert_int_equal(walk(*state, &list, &err), -1);
    assert_int_equal(err->kind, ERROR_CANCELLED);
    assert_string_equal(buf_text(&list.text), "a b ");
    buf_free(&list.text);
}

static int ignore(void *context, const struct walk_entry *entry, struct error **err)
{
    (void)entry;
    (void)err;
    ++*(int *)context;
    return 0;
}

static void depth_has_a_limit(void **state)
{
    autoerror *err = NULL;
    int count = 0;
    int at = open(*state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    for (int i = 0; i < WALK_MAX_DEPTH + 2; i++) {
        assert_int_equal(mkdirat(at, "d", 0755), 0);
        int next = openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        close(at);
        at = next;
    }
    close(at);
    autofd root = open(*state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(walk_tree(root, false, ignore, &count, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_true(count >= WALK_MAX_DEPTH - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_directory_comes_before_what_is_in_it_by_name, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(links_are_shown_and_not_followed, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(what_is_removed_meanwhile_is_left_out, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(a_failure_ends_it, folder_make, folder_remove),
        cmocka_unit_test_setup_teardown(depth_has_a_limit, folder_make, folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
