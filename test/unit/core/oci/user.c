#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/oci/user.h"

static struct arena *arena;
static char folder[64];
static int root;

static void put(const char *name, const char *text)
{
    autoerror *err = NULL;
    assert_int_equal(
        path_write_atomic(arena_printf(arena, "%s/%s", folder, name), text, strlen(text), 0644, false, &err), 0);
}

static int setup(void **state)
{
    (void)state;
    autoerror *err = NULL;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-user-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(path_mkdirs(arena_printf(arena, "%s/root/etc", folder), 0755, &err), 0);
    root = open(arena_printf(arena, "%s/root", folder), O_PATH | O_DIRECTORY);
    put("outside", "root:x:0:0::/outside:/bin/sh\nspy:x:7:7::/outside:/bin/sh\n");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    close(root);
    path_remove_tree(folder, &err);
    arena_free(arena);
    return 0;
}

static void usual_files(void)
{
    put("root/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n# a comment\nbroken line\ndaemon:x:1:1::/usr/sbin:/none\n"
                           "web:x:1000:1000:Web,,,:/home/web:/bin/sh\n1234:x:50:60::/named/like/a/number:/bin/"
                           "sh\nnohome:x:70:70:::\nnegative:x:-1:0::/:\n");
    put("root/etc/group",
        "root:x:0:\nweb:x:1000:\nvideo:x:44:web,other\naudio:x:45:other,web\nweb2:x:46:webx\nempty:x:47\n");
}

static struct user found(const char *text, const struct str_list *groups)
{
    autoerror *err = NULL;
    struct user user;
    if (user_find(arena, root, text, groups, &user, &err) < 0)
        fail_msg("%s: %s", text, err->message);
    return user;
}

static void assert_refused(const char *text, const char *words)
{
    autoerror *err = NULL;
    struct user user;
    assert_int_equal(user_find(arena, root, text, NULL, &user, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_non_null(strstr(err->message, words));
}

static void nobody_named_is_root(void **state)
{
    (void)state;
    usual_files();
    struct user user = found("", NULL);
    assert_int_equal(user.uid, 0);
    assert_int_equal(user.gid, 0);
    assert_string_equal(user.home, "/root");
}

static void a_name_brings_its_groups_and_home(void **state)
{
    (void)state;
    usual_files();
    struct user user = found("web", NULL);
    assert_int_equal(user.uid, 1000);
    assert_int_equal(user.gid, 1000);
    assert_string_equal(user.home, "/home/web");
    assert_int_equal(user.groups.count, 2);
    assert_int_equal(user.groups.items[0], 44);
    assert_int_equal(user.groups.items[1], 45);
}

static void a_number_that_is_known_is_as_good_as_its_name(void **state)
{
    (void)state;
    usual_files();
    struct user user = found("1000", NULL);
    assert_int_equal(user.gid, 1000);
    assert_int_equal(user.groups.count, 2);
    assert_string_equal(user.home, "/home/web");
}

static void a_number_nobody_knows_is_taken_with_group_0(void **state)
{
    (void)state;
    usual_files();
    struct user user = found("4294967294", NULL);
    assert_true(user.uid == 4294967294);
    assert_int_equal(user.gid, 0);
    assert_string_equal(user.home, "/");
}

static void a_name_wins_over_a_number(void **state)
{
    (void)state;
    usual_files();
    assert_int_equal(found("1234", NULL).uid, 50);
}

static void a_group_given_replaces_all_memberships(void **state)
{
    (void)state;
    usual_files();
    struct user user = found("web:video", NULL);
    assert_int_equal(user.gid, 44);
    assert_int_equal(user.groups.count, 0);
    assert_int_equal(found("web:4711", NULL).gid, 4711);
    assert_int_equal(found(":video", NULL).gid, 44);
}

static void further_groups_are_added_once(void **state)
{
    (void)state;
    usual_files();
    const char *names[] = { "audio", "99", "audio" };
    struct user user = found("root", &(struct str_list){ names, 3 });
    assert_int_equal(user.groups.count, 2);
    assert_int_equal(user.groups.items[0], 45);
    assert_int_equal(user.groups.items[1], 99);
}

static void unknown_names_are_refused_by_name(void **state)
{
    (void)state;
    usual_files();
    assert_refused("nosuch", "unable to find user nosuch");
    assert_refused("web:nosuch", "unable to find group nosuch");
    assert_refused("negative", "negative");
    assert_refused("4294967295", "4294967295");
    assert_refused("99999999999999999999", "99999999999999999999");
    assert_refused("a:b:c", "a:b:c");
    assert_refused("a b", "a b");
    assert_refused("web:", "web:");
    assert_refused("../x", "../x");
}

static void missing_files_know_root_only(void **state)
{
    (void)state;
    unlink(arena_printf(arena, "%s/root/etc/passwd", folder));
    unlink(arena_printf(arena, "%s/root/etc/group", folder));
    assert_int_equal(found("root", NULL).uid, 0);
    assert_int_equal(found("5:6", NULL).gid, 6);
    assert_refused("web", "web");
}

static void symlinks_stay_inside_the_root(void **state)
{
    (void)state;
    const char *passwd = arena_printf(arena, "%s/root/etc/passwd", folder);
    unlink(passwd);
    assert_int_equal(symlink("../../outside", passwd), 0);
    assert_refused("spy", "spy");
    unlink(passwd);
    assert_int_equal(symlink(arena_printf(arena, "%s/outside", folder), passwd), 0);
    assert_refused("spy", "spy");
    unlink(passwd);
    put("root/inside", "spy:x:8:8::/in:/bin/sh\n");
    assert_int_equal(symlink("/inside", passwd), 0);
    assert_int_equal(found("spy", NULL).uid, 8);
    unlink(passwd);
}

static void a_fifo_in_place_of_passwd_blocks_nobody(void **state)
{
    (void)state;
    const char *passwd = arena_printf(arena, "%s/root/etc/passwd", folder);
    assert_int_equal(mkfifo(passwd, 0644), 0);
    assert_int_equal(found("7", NULL).uid, 7);
    unlink(passwd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_named_is_root),
        cmocka_unit_test(a_name_brings_its_groups_and_home),
        cmocka_unit_test(a_number_that_is_known_is_as_good_as_its_name),
        cmocka_unit_test(a_number_nobody_knows_is_taken_with_group_0),
        cmocka_unit_test(a_name_wins_over_a_number),
        cmocka_unit_test(a_group_given_replaces_all_memberships),
        cmocka_unit_test(further_groups_are_added_once),
        cmocka_unit_test(unknown_names_are_refused_by_name),
        cmocka_unit_test(missing_files_know_root_only),
        cmocka_unit_test(symlinks_stay_inside_the_root),
        cmocka_unit_test(a_fifo_in_place_of_passwd_blocks_nobody),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
