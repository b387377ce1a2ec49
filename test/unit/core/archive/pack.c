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

#include "core/archive/pack.h"
#include "core/archive/tar.h"
#include "core/archive/unpack.h"
#include "core/base/fd.h"
#include "core/base/str.h"
#include "test/unit/core/archive/folder.h"
#include "test/unit/core/archive/tape.h"

static int keep(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    buf_append(context, data, len);
    return 0;
}

static char *below(const char *folder, const char *name)
{
    return mem_printf("%s/%s", folder, name);
}

static void write_text(const char *folder, const char *name, const char *text)
{
    autofree char *path = below(folder, name);
    autoerror *err = NULL;
    if (path_write_atomic(path, text, strlen(text), 0640, false, &err) < 0)
        fail_msg("%s", err->message);
}

static void make_directory(const char *folder, const char *name)
{
    autofree char *path = below(folder, name);
    assert_int_equal(mkdir(path, 0750), 0);
}

static void pack(const char *folder, const struct pack_options *options, struct buf *tape)
{
    autoerror *err = NULL;
    const struct sink sink = { .context = tape, .write = keep };
    autofd root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (pack_tree(&sink, root, options, &err) < 0)
        fail_msg("%s", err->message);
    assert_false(tape->full);
}

/* "name type link" of each member, separated by "; ". */
static void lists(const struct buf *tape, const char *expected)
{
    autoerror *err = NULL;
    autobuf seen = BUF(1 << 16);
    struct memory memory = { tape->data, tape->len, 0 };
    struct source source = { &memory, memory_read };
    autotar struct tar_reader *tar = tar_open(&source, NULL);
    const struct tar_member *member;
    int rc;
    while ((rc = tar_next(tar, &member, &err)) > 0)
        buf_printf(&seen, "%s%s %d%s%s", seen.len ? "; " : "", member->name, member->type, *member->link ? " " : "", member->link);
    assert_int_equal(rc, 0);
    assert_string_equal(buf_text(&seen), expected);
}

static void a_tree_is_packed_in_order_with_links_as_links(void **state)
{
    const char *folder = *state;
    autobuf tape = BUF(1 << 20);
    make_directory(folder, "d");
    write_text(folder, "d/f", "text");
    autofree char *from = below(folder, "d/f"), *to = below(folder, "d/hard"), *soft = below(folder, "a");
    assert_int_equal(link(from, to), 0);
    assert_int_equal(symlink("/etc/passwd", soft), 0);
    pack(folder, &(struct pack_options){ .name = "x/", .prefix = "x/" }, &tape);
    lists(&tape, "x/ 1; x/a 2 /etc/passwd; x/d/ 1; x/d/f 0; x/d/hard 3 x/d/f");
}

static bool leave_d(void *context, const char *path)
{
    (void)context;
    return !strcmp(path, "d");
}

static void names_are_changed_and_left_out(void **state)
{
    const char *folder = *state;
    struct str_pair pairs[] = { { "x", "other" }, { "x/b", "c" } };
    struct str_map rename = { pairs, 2 };
    autobuf tape = BUF(1 << 20), bare = BUF(1 << 20);
    make_directory(folder, "d");
    make_directory(folder, "d/below");
    write_text(folder, "b", "text");
    write_text(folder, "e", "text");
    pack(folder, &(struct pack_options){ .name = "x/", .prefix = "x/", .rename = &rename, .leave_out = leave_d }, &tape);
    lists(&tape, "other/ 1; c 0; other/e 0");
    pack(folder, &(struct pack_options){ .leave_out = leave_d }, &bare);
    lists(&bare, "b 0; e 0");
}

static void whiteouts_and_opaque_directories_come_back_from_a_layer(void **state)
{
    const char *folder = *state;
    autobuf tape = BUF(1 << 20), again = BUF(1 << 20);
    autofree char *gone = below(folder, "gone"), *opaque = below(folder, "opaque");
    if (mknod(gone, S_IFCHR, makedev(0, 0)) < 0)
        skip(); /* not allowed here */
    make_directory(folder, "opaque");
    if (setxattr(opaque, "trusted.overlay.opaque", "y", 1, 0) < 0)
        skip();
    write_text(folder, "opaque/f", "text");
    pack(folder, &(struct pack_options){ .layer = true }, &tape);
    lists(&tape, ".wh.gone 0; opaque/ 1; opaque/.wh..wh..opq 0; opaque/f 0");
    autoerror *err = NULL;
    make_directory(folder, "back");
    struct memory memory = { tape.data, tape.len, 0 };
    struct source source = { &memory, memory_read };
    autotar struct tar_reader *tar = tar_open(&source, NULL);
    autofree char *back = below(folder, "back");
    autofd root = open(back, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(unpack_tar(root, tar, &(struct unpack_options){ .layer = true }, NULL, &err), 0);
    pack(back, &(struct pack_options){ .layer = true }, &again);
    assert_int_equal(again.len, tape.len);
    assert_memory_equal(again.data, tape.data, tape.len);
}

static void what_only_overlayfs_can_put_together_is_refused(void **state)
{
    const char *folder = *state;
    autobuf tape = BUF(1 << 20);
    autofree char *moved = below(folder, "moved");
    make_directory(folder, "moved");
    if (setxattr(moved, "trusted.overlay.redirect", "/from", 5, 0) < 0)
        skip();
    autoerror *err = NULL;
    const struct sink sink = { .context = &tape, .write = keep };
    autofd root = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_int_equal(pack_tree(&sink, root, &(struct pack_options){ .layer = true }, &err), -1);
    assert_int_equal(err->kind, ERROR_UNSUPPORTED);
    assert_non_null(strstr(err->message, "moved"));
}

static void one_file_is_packed_by_its_descriptor(void **state)
{
    const char *folder = *state;
    autobuf tape = BUF(1 << 20);
    autoerror *err = NULL;
    write_text(folder, "f", "text");
    autofree char *path = below(folder, "f"), *soft = below(folder, "l");
    assert_int_equal(symlink("f", soft), 0);
    autofd fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC), link = open(soft, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    const struct sink sink = { .context = &tape, .write = keep };
    assert_int_equal(pack_file(&sink, fd, &(struct pack_options){ .name = "named" }, &err), 0);
    lists(&tape, "named 0");
    buf_clear(&tape);
    assert_int_equal(pack_file(&sink, link, &(struct pack_options){ .name = "l" }, &err), 0);
    lists(&tape, "l 2 f");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_tree_is_packed_in_order_with_links_as_links),
        IN_FOLDER(names_are_changed_and_left_out),
        IN_FOLDER(whiteouts_and_opaque_directories_come_back_from_a_layer),
        IN_FOLDER(what_only_overlayfs_can_put_together_is_refused),
        IN_FOLDER(one_file_is_packed_by_its_descriptor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
