#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/archive/tar.h"
#include "core/archive/unpack.h"
#include "core/base/fd.h"
#include "core/base/str.h"
#include "test/unit/core/archive/folder.h"
#include "test/unit/core/archive/tape.h"

static const struct unpack_options layer = { .layer = true };

static int unpack_result(const char *folder, const struct buf *tape, const struct unpack_options *options,
                         struct unpack_result *result, struct error **err)
{
    struct memory memory = { tape->data, tape->len, 0 };
    struct source source = { &memory, memory_read };
    autotar struct tar_reader *tar = tar_open(&source, NULL);
    autofd root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return unpack_tar(root, tar, options, result, err);
}

static void unpacks(const char *folder, struct buf *tape, const struct unpack_options *options)
{
    autoerror *err = NULL;
    if (unpack_result(folder, tape, options, NULL, &err) < 0)
        fail_msg("%s", err->message);
    buf_free(tape);
}

static void refuses(const char *folder, struct buf *tape, const struct unpack_options *options, enum error_kind kind,
                    const char *why)
{
    autoerror *err = NULL;
    if (unpack_result(folder, tape, options, NULL, &err) == 0)
        fail_msg("taken, expected: %s", why);
    assert_int_equal(err->kind, kind);
    if (!strstr(err->message, why))
        fail_msg("%s: expected: %s", err->message, why);
    buf_free(tape);
}

static struct stat look(const char *folder, const char *name)
{
    autofree char *path = mem_printf("%s/%s", folder, name);
    struct stat st = { 0 };
    if (lstat(path, &st) < 0)
        fail_msg("%s is not there", name);
    return st;
}

static bool is_there(const char *folder, const char *name)
{
    autofree char *path = mem_printf("%s/%s", folder, name);
    return path_exists(path);
}

static void holds(const char *folder, const char *name, const char *content)
{
    autoerror *err = NULL;
    autofree char *path = mem_printf("%s/%s", folder, name), *text = path_read(path, 4096, NULL, &err);
    if (!text)
        fail_msg("%s", err->message);
    assert_string_equal(text, content);
}

static bool is_opaque(const char *folder, const char *name)
{
    autofree char *path = mem_printf("%s/%s", folder, name);
    char value[4];
    return lgetxattr(path, "trusted.overlay.opaque", value, sizeof value) == 1 && *value == 'y';
}

static void everything_a_member_says_is_set(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "./", .type = '5', .mode = 0711 });
    tape_add(&tape, (struct entry){ .name = "d/", .type = '5', .mode = 0500, .uid = 5, .mtime = 1000 });
    tape_pax(&tape, 'x', "SCHILY.xattr.user.note", "hello");
    tape_add(&tape,
             (struct entry){ .name = "d/f", .data = "text", .mode = 06755, .uid = 1000, .gid = 1001, .mtime = 2000 });
    tape_add(&tape, (struct entry){ .name = "d/s", .type = '2', .link = "/nowhere", .uid = 3, .mtime = 3000 });
    tape_add(&tape, (struct entry){ .name = "d/h", .type = '1', .link = "d/f" });
    tape_add(&tape, (struct entry){ .name = "p", .type = '6', .mode = 0620 });
    tape_add(&tape, (struct entry){ .name = "c", .type = '3', .mode = 0666, .major = 1, .minor = 3 });
    umask(077);
    struct unpack_result result;
    autoerror *err = NULL;
    assert_int_equal(unpack_result(*state, &tape, &layer, &result, &err), 0);
    umask(022);
    buf_free(&tape);
    assert_true(result.root_seen);
    assert_int_equal(result.uids.count, 4);
    assert_int_equal(result.uids.items[3], 1000);
    assert_int_equal(look(*state, ".").st_mode & 07777, 0711);
    struct stat d = look(*state, "d"), f = look(*state, "d/f"), s = look(*state, "d/s");
    assert_int_equal(d.st_mode & 07777, 0500);
    assert_int_equal(d.st_uid, 5);
    assert_int_equal(d.st_mtim.tv_sec, 1000);
    assert_int_equal(f.st_mode, S_IFREG | 06755);
    assert_int_equal(f.st_uid, 1000);
    assert_int_equal(f.st_gid, 1001);
    assert_int_equal(f.st_mtim.tv_sec, 2000);
    assert_int_equal(f.st_nlink, 2);
    assert_int_equal(s.st_uid, 3);
    assert_int_equal(s.st_mtim.tv_sec, 3000);
    assert_int_equal(look(*state, "p").st_mode, S_IFIFO | 0620);
    assert_int_equal(look(*state, "c").st_rdev, makedev(1, 3));
    assert_int_equal(look(*state, "c").st_mode, S_IFCHR | 0666);
    holds(*state, "d/h", "text");
    autofree char *path = mem_printf("%s/d/f", (char *)*state);
    char value[8];
    assert_int_equal(getxattr(path, "user.note", value, sizeof value), 5);
}

static void missing_parents_are_made_0755(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "a/b/c", .data = "x", .uid = 9 });
    umask(077);
    unpacks(*state, &tape, &layer);
    umask(022);
    assert_int_equal(look(*state, "a").st_mode & 07777, 0755);
    assert_int_equal(look(*state, "a/b").st_mode & 07777, 0755);
    assert_int_equal(look(*state, "a/b").st_uid, 0);
}

static void whiteouts_become_devices_and_opaque_marks(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "d/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = "d/.wh..wh..opq" });
    tape_add(&tape, (struct entry){ .name = "d/.wh.gone" });
    tape_add(&tape, (struct entry){ .name = ".wh.tree" });
    tape_add(&tape, (struct entry){ .name = "tree/.wh.below" });
    tape_add(&tape, (struct entry){ .name = ".wh.again" });
    tape_add(&tape, (struct entry){ .name = "again/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = "new/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = ".wh.new" });
    unpacks(*state, &tape, &layer);
    struct stat gone = look(*state, "d/gone");
    assert_int_equal(gone.st_mode, S_IFCHR);
    assert_int_equal(gone.st_rdev, makedev(0, 0));
    assert_true(is_opaque(*state, "d"));
    assert_int_equal(look(*state, "tree").st_mode, S_IFCHR);
    assert_true(S_ISDIR(look(*state, "again").st_mode));
    assert_true(is_opaque(*state, "again"));
    assert_true(is_opaque(*state, "new"));
    assert_false(is_there(*state, "d/.wh.gone"));
}

static void whiteouts_that_hide_no_name_are_refused(void **state)
{
    static const char *const names[] = { ".wh.", "d/.wh..", "d/.wh..." };
    for (int i = 0; i < 3; i++) {
        struct buf tape = BUF(1 << 20);
        tape_add(&tape, (struct entry){ .name = names[i] });
        refuses(*state, &tape, &layer, ERROR_INVALID, "hides no name");
    }
}

static void outside_of_layers_whiteout_names_are_plain_files(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = ".wh.x", .data = "1" });
    unpacks(*state, &tape, &(struct unpack_options){ 0 });
    holds(*state, ".wh.x", "1");
}

static void attributes_that_steer_overlayfs_are_dropped(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_pax(&tape, 'x', "SCHILY.xattr.trusted.overlay.redirect", "/etc");
    tape_add(&tape, (struct entry){ .name = "d/", .type = '5' });
    unpacks(*state, &tape, &layer);
    autofree char *path = mem_printf("%s/d", (char *)*state);
    char value[8];
    assert_int_equal(getxattr(path, "trusted.overlay.redirect", value, sizeof value), -1);
}

/* A link in the archive that points at a place outside, and then a member through it. */
static void links_never_lead_out(void **state)
{
    char outside[] = "/tmp/coracle-outside-XXXXXX";
    assert_non_null(mkdtemp(outside));
    for (int i = 0; i < 2; i++) {
        struct buf tape = BUF(1 << 20);
        autofree char *target = i ? mem_printf("../../../../../../../..%s", outside) : mem_strdup(outside);
        tape_add(&tape, (struct entry){ .name = "out", .type = '2', .link = target });
        tape_add(&tape, (struct entry){ .name = "out/planted", .data = "x" });
        autoerror *err = NULL;
        (void)unpack_result(*state, &tape, &layer, NULL,
                            &err); /* the target does not exist inside: a failure is fine */
        buf_free(&tape);
        autofree char *planted = mem_printf("%s/planted", outside), *link = mem_printf("%s/out", (char *)*state);
        assert_false(path_exists(planted));
        unlink(link);
    }
    rmdir(outside);
}

static void links_inside_are_followed_inside(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "usr/lib/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = "lib", .type = '2', .link = "/usr/lib" });
    tape_add(&tape, (struct entry){ .name = "lib/x", .data = "1" });
    unpacks(*state, &tape, &layer);
    holds(*state, "usr/lib/x", "1");
}

static void a_file_never_writes_through_a_link_in_its_place(void **state)
{
    char outside[] = "/tmp/coracle-outside-XXXXXX";
    int fd = mkstemp(outside);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "safe", 4), 4);
    close(fd);
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "f", .type = '2', .link = outside });
    tape_add(&tape, (struct entry){ .name = "f", .data = "overwritten", .mode = 04777 });
    unpacks(*state, &tape, &layer);
    holds(*state, "f", "overwritten");
    struct stat st;
    assert_int_equal(stat(outside, &st), 0);
    assert_int_equal(st.st_size, 4);
    assert_int_equal(st.st_mode & 07777, 0600);
    unlink(outside);
}

static void a_directory_member_does_not_dress_the_target_of_a_link(void **state)
{
    char outside[] = "/tmp/coracle-outside-XXXXXX";
    assert_non_null(mkdtemp(outside));
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "d", .type = '2', .link = outside });
    tape_add(&tape, (struct entry){ .name = "d/", .type = '5', .mode = 0777, .uid = 4711 });
    unpacks(*state, &tape, &layer);
    struct stat st;
    assert_int_equal(stat(outside, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(st.st_uid, 0);
    assert_true(S_ISDIR(look(*state, "d").st_mode));
    rmdir(outside);
}

static void hard_links_reach_only_files_that_came_before(void **state)
{
    char outside[] = "/tmp/coracle-outside-XXXXXX";
    int fd = mkstemp(outside);
    assert_true(fd >= 0);
    close(fd);
    struct buf direct = BUF(1 << 20), through = BUF(1 << 20), itself = BUF(1 << 20), directory = BUF(1 << 20),
               last = BUF(1 << 20);
    tape_add(&direct, (struct entry){ .name = "h", .type = '1', .link = outside });
    refuses(*state, &direct, &layer, ERROR_INVALID, "which is no file before it");
    tape_add(&through, (struct entry){ .name = "up", .type = '2', .link = "/tmp" });
    tape_add(&through, (struct entry){ .name = "h", .type = '1', .link = outside + 1 });
    refuses(*state, &through, &layer, ERROR_INVALID, "which is no file before it");
    tape_add(&itself, (struct entry){ .name = "i", .type = '1', .link = "./i" });
    refuses(*state, &itself, &layer, ERROR_INVALID, "hard link to itself");
    tape_add(&directory, (struct entry){ .name = "dir/", .type = '5' });
    tape_add(&directory, (struct entry){ .name = "h", .type = '1', .link = "dir" });
    refuses(*state, &directory, &layer, ERROR_INVALID, "which is no file before it");
    /* A link as the target is linked itself, not what it points at. */
    tape_add(&last, (struct entry){ .name = "s", .type = '2', .link = outside });
    tape_add(&last, (struct entry){ .name = "h", .type = '1', .link = "s" });
    unpacks(*state, &last, &layer);
    assert_true(S_ISLNK(look(*state, "h").st_mode));
    struct stat st;
    assert_int_equal(stat(outside, &st), 0);
    assert_int_equal(st.st_nlink, 1);
    unlink(outside);
}

static void a_file_in_place_of_a_directory_is_refused_in_a_layer(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "d/f", .data = "x" });
    tape_add(&tape, (struct entry){ .name = "d", .data = "x" });
    refuses(*state, &tape, &layer, ERROR_INVALID, "would replace a directory");
}

static void elsewhere_it_replaces_unless_told_to_keep(void **state)
{
    struct buf first = BUF(1 << 20), kept = BUF(1 << 20), replaced = BUF(1 << 20), reverse = BUF(1 << 20);
    tape_add(&first, (struct entry){ .name = "d/f", .data = "x" });
    unpacks(*state, &first, &(struct unpack_options){ 0 });
    tape_add(&kept, (struct entry){ .name = "d", .data = "now a file" });
    refuses(*state, &kept, &(struct unpack_options){ .keep_directories = true }, ERROR_CONFLICT,
            "cannot overwrite directory");
    tape_add(&replaced, (struct entry){ .name = "d", .data = "now a file" });
    unpacks(*state, &replaced, &(struct unpack_options){ 0 });
    holds(*state, "d", "now a file");
    tape_add(&reverse, (struct entry){ .name = "d/", .type = '5' });
    refuses(*state, &reverse, &(struct unpack_options){ .keep_directories = true }, ERROR_CONFLICT,
            "cannot overwrite non-directory");
}

static void members_go_below_the_base_and_links_are_seen_from_the_root(void **state)
{
    struct buf tree = BUF(1 << 20), tape = BUF(1 << 20), up = BUF(1 << 20);
    tape_add(&tree, (struct entry){ .name = "d/", .type = '5' });
    tape_add(&tree, (struct entry){ .name = "elsewhere/", .type = '5' });
    tape_add(&tree, (struct entry){ .name = "d/link", .type = '2', .link = "/elsewhere" });
    tape_add(&tree, (struct entry){ .name = "way", .type = '2', .link = "d" });
    unpacks(*state, &tree, &(struct unpack_options){ 0 });
    tape_add(&tape, (struct entry){ .name = "./", .type = '5', .mode = 0700 });
    tape_add(&tape, (struct entry){ .name = "f", .data = "below" });
    tape_add(&tape, (struct entry){ .name = "link/f", .data = "through" });
    tape_add(&tape, (struct entry){ .name = "hard", .type = '1', .link = "f" });
    unpacks(*state, &tape, &(struct unpack_options){ .base = "way", .keep_base = true });
    holds(*state, "d/f", "below");
    holds(*state, "d/hard", "below");
    holds(*state, "elsewhere/f", "through");
    assert_int_not_equal(look(*state, "d").st_mode & 0777, 0700);
    tape_add(&up, (struct entry){ .name = "../f", .data = "x" });
    refuses(*state, &up, &(struct unpack_options){ .base = "d" }, ERROR_INVALID, "leads out");
}

static void members_can_be_given_other_names(void **state)
{
    struct str_pair pairs[] = { { "a", "b/c" }, { "f", "../../g" }, { "a/deep", "deeper" } };
    struct str_map rename = { pairs, 3 };
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "a/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = "a/x/y", .data = "1" });
    tape_add(&tape, (struct entry){ .name = "a/deep/z", .data = "2" });
    tape_add(&tape, (struct entry){ .name = "f", .data = "3" });
    tape_add(&tape, (struct entry){ .name = "l", .type = '1', .link = "a/x/y" });
    unpacks(*state, &tape, &(struct unpack_options){ .rename = &rename });
    holds(*state, "b/c/x/y", "1");
    holds(*state, "deeper/z", "2");
    holds(*state, "g", "3");
    holds(*state, "l", "1");
    assert_false(is_there(*state, "a"));
}

static void owners_can_be_given(void **state)
{
    struct buf tape = BUF(1 << 20);
    uid_t uid = 12;
    gid_t gid = 13;
    tape_add(&tape, (struct entry){ .name = "f", .data = "x", .uid = 1000 });
    unpacks(*state, &tape, &(struct unpack_options){ .uid = &uid, .gid = &gid });
    assert_int_equal(look(*state, "f").st_uid, 12);
    assert_int_equal(look(*state, "f").st_gid, 13);
}

static void names_the_kernel_refuses_are_the_archives_fault(void **state)
{
    char name[301];
    memset(name, 'n', 300);
    name[300] = '\0';
    struct buf tape = BUF(1 << 20), below = BUF(1 << 20), root = BUF(1 << 20);
    tape_pax(&tape, 'x', "path", name);
    tape_add(&tape, (struct entry){ .name = "x" });
    refuses(*state, &tape, &layer, ERROR_INVALID, "File name too long");
    tape_add(&below, (struct entry){ .name = "file", .data = "x" });
    tape_add(&below, (struct entry){ .name = "file/below", .data = "x" });
    refuses(*state, &below, &layer, ERROR_INVALID, "Not a directory");
    tape_add(&root, (struct entry){ .name = "./", .type = '2', .link = "/" });
    refuses(*state, &root, &layer, ERROR_INVALID, "stands for the root");
}

static void a_failure_in_the_middle_is_reported(void **state)
{
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "f", .data = "0123456789" });
    tape.len = 512 + 4;
    refuses(*state, &tape, &layer, ERROR_INVALID, "middle of a member");
}

static void thousands_of_owners_are_not_listed(void **state)
{
    struct buf tape = BUF(8 << 20);
    char name[32];
    for (unsigned i = 0; i < UNPACK_MAX_IDS + 10; i++) {
        snprintf(name, sizeof name, "f%u", i);
        tape_add(&tape, (struct entry){ .name = name, .uid = 5000 - i });
    }
    struct unpack_result result;
    autoerror *err = NULL;
    assert_int_equal(unpack_result(*state, &tape, &layer, &result, &err), 0);
    assert_true(result.uids.many);
    assert_false(result.gids.many);
    assert_int_equal(result.gids.count, 1);
    buf_free(&tape);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(everything_a_member_says_is_set),
        IN_FOLDER(missing_parents_are_made_0755),
        IN_FOLDER(whiteouts_become_devices_and_opaque_marks),
        IN_FOLDER(whiteouts_that_hide_no_name_are_refused),
        IN_FOLDER(outside_of_layers_whiteout_names_are_plain_files),
        IN_FOLDER(attributes_that_steer_overlayfs_are_dropped),
        IN_FOLDER(links_never_lead_out),
        IN_FOLDER(links_inside_are_followed_inside),
        IN_FOLDER(a_file_never_writes_through_a_link_in_its_place),
        IN_FOLDER(a_directory_member_does_not_dress_the_target_of_a_link),
        IN_FOLDER(hard_links_reach_only_files_that_came_before),
        IN_FOLDER(a_file_in_place_of_a_directory_is_refused_in_a_layer),
        IN_FOLDER(elsewhere_it_replaces_unless_told_to_keep),
        IN_FOLDER(members_go_below_the_base_and_links_are_seen_from_the_root),
        IN_FOLDER(members_can_be_given_other_names),
        IN_FOLDER(owners_can_be_given),
        IN_FOLDER(names_the_kernel_refuses_are_the_archives_fault),
        IN_FOLDER(a_failure_in_the_middle_is_reported),
        IN_FOLDER(thousands_of_owners_are_not_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
