#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/path.h"
#include "core/oci/own.h"

static uid_t owner_of(const char *folder, const char *name)
{
    char path[128];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    assert_int_equal(lstat(path, &st), 0);
    return st.st_uid;
}

static void a_tree_is_handed_over_but_not_what_its_links_point_to(void **state)
{
    (void)state;
    autoerror *err = NULL;
    char folder[] = "/tmp/coracle-own-XXXXXX", path[128], outside[128];
    if (geteuid())
        skip();
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/tree/deep/er", folder);
    assert_int_equal(path_mkdirs(path, 0755, &err), 0);
    snprintf(path, sizeof path, "%s/tree/deep/link", folder);
    snprintf(outside, sizeof outside, "%s/outside", folder);
    close(open(outside, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(symlink(outside, path), 0);
    snprintf(path, sizeof path, "%s/tree", folder);
    assert_int_equal(own_tree(path, 1234, 4321, &err), 0);
    assert_int_equal(owner_of(folder, "tree"), 1234);
    assert_int_equal(owner_of(folder, "tree/deep/er"), 1234);
    assert_int_equal(owner_of(folder, "tree/deep/link"), 1234);
    assert_int_equal(owner_of(folder, "outside"), 0);
    path_remove_tree(folder, &err);
}

static void the_system_keeps_its_own(void **state)
{
    (void)state;
    static const char *const places[] = { "/", "/etc", "/usr/../etc", "/var/lib/" };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        autoerror *err = NULL;
        assert_int_equal(own_tree(places[i], 1, 1, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree_is_handed_over_but_not_what_its_links_point_to),
        cmocka_unit_test(the_system_keeps_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
