#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/archive/tar_write.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "test/unit/core/archive/tape.h"

static int append(void *context, const void *data, size_t len, struct error **err)
{
    struct buf *tape = context;
    buf_append(tape, data, len);
    return tape->full ? error_set(err, ERROR_TOO_LARGE, 0, "the tape is full") : 0;
}

/* A member with @payload as bytes, and the end of the archive behind it. */
static void write_one(struct buf *tape, const struct tar_member *member, const char *payload)
{
    autoerror *err = NULL;
    const struct sink to = { tape, append, NULL };
    if (tar_write_member(&to, member, &err) < 0 || append(tape, payload, strlen(payload), &err) < 0 ||
        tar_write_padding(&to, (int64_t)strlen(payload), &err) < 0 || tar_write_end(&to, &err) < 0)
        fail_msg("%s", err->message);
    assert_int_equal(tape->len % 512, 0);
}

/* Writes a member, reads it again and compares what the reader says. */
static void comes_back(const struct tar_member *member, const char *payload)
{
    autobuf tape = BUF(1 << 20);
    autoerror *err = NULL;
    const struct tar_member *seen;
    char text[64] = "";
    write_one(&tape, member, payload);
    struct memory memory = { tape.data, tape.len, 0 };
    const struct source from = { &memory, memory_read };
    autotar struct tar_reader *tar = tar_open(&from, NULL);
    if (tar_next(tar, &seen, &err) != 1)
        fail_msg("%s", err ? err->message : "no member");
    assert_int_equal(seen->type, member->type);
    assert_string_equal(seen->name, member->name);
    assert_string_equal(seen->link, member->link ? member->link : "");
    assert_int_equal(seen->mode, member->mode);
    assert_int_equal(seen->uid, member->uid);
    assert_int_equal(seen->gid, member->gid);
    assert_int_equal(seen->size, member->size);
    assert_int_equal(seen->mtime.tv_sec, member->mtime.tv_sec);
    assert_int_equal(seen->major, member->major);
    assert_int_equal(seen->minor, member->minor);
    assert_int_equal(seen->xattr_count, member->xattr_count);
    for (size_t i = 0; i < member->xattr_count; i++) {
        assert_string_equal(seen->xattrs[i].name, member->xattrs[i].name);
        assert_int_equal(seen->xattrs[i].len, member->xattrs[i].len);
        assert_memory_equal(seen->xattrs[i].value, member->xattrs[i].value, member->xattrs[i].len);
    }
    assert_int_equal(tar_read(tar, text, sizeof text, &err), strlen(payload));
    assert_string_equal(text, payload);
    assert_int_equal(tar_next(tar, &seen, &err), 0);
}

static struct tar_member file(const char *name, const char *payload)
{
    return (struct tar_member){ .type = TAR_FILE, .name = name, .mode = 0640, .uid = 1000, .gid = 1001,
                                .size = (int64_t)strlen(payload), .mtime = { .tv_sec = 1700000000 } };
}

static void every_kind_of_member_comes_back(void **state)
{
    (void)state;
    struct tar_member member = file("dir/file", "hello");
    comes_back(&member, "hello");
    member = file("empty", "");
    comes_back(&member, "");
    comes_back(&(struct tar_member){ .type = TAR_DIR, .name = "./", .mode = 0755 }, "");
    comes_back(&(struct tar_member){ .type = TAR_SYMLINK, .name = "l", .link = "../else where", .mode = 0777 }, "");
    comes_back(&(struct tar_member){ .type = TAR_HARDLINK, .name = "h", .link = "dir/file", .mode = 0644 }, "");
    comes_back(&(struct tar_member){ .type = TAR_CHAR, .name = "null", .major = 1, .minor = 3, .mode = 0666 }, "");
    comes_back(&(struct tar_member){ .type = TAR_BLOCK, .name = "disk", .major = 259, .minor = 70000, .mode = 0660 }, "");
    comes_back(&(struct tar_member){ .type = TAR_FIFO, .name = "pipe", .mode = 0600 }, "");
}

static void a_directory_gets_its_slash(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 16);
    write_one(&tape, &(struct tar_member){ .type = TAR_DIR, .name = "plain", .mode = 0755 }, "");
    assert_string_equal(tape.data, "plain/");
    buf_clear(&tape);
    write_one(&tape, &(struct tar_member){ .type = TAR_DIR, .name = "slashed/", .mode = 0755 }, "");
    assert_string_equal(tape.data, "slashed/");
}

static void what_ustar_cannot_say_is_said_all_the_same(void **state)
{
    (void)state;
    char longest[TAR_MAX_NAME + 1];
    memset(longest, 'n', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    for (size_t i = 100; i < sizeof longest - 1; i += 100)
        longest[i] = '/';
    struct tar_member member = file(longest, "x");
    comes_back(&member, "x");
    for (int len = 97; len < 105; len++) {
        member = file(longest + sizeof longest - 1 - len, "x");
        comes_back(&member, "x");
        comes_back(&(struct tar_member){ .type = TAR_SYMLINK, .name = "l", .link = member.name, .mode = 0777 }, "");
    }
    member = file("gr\xc3\xb6\xc3\x9f" "e", "x");
    member.uid = 4000000000u;
    member.gid = 2097152; /* one more than seven octal digits hold */
    comes_back(&member, "x");
    member.mtime.tv_sec = 1LL << 35;
    comes_back(&member, "x");
}

static void extended_attributes_keep_every_byte(void **state)
{
    (void)state;
    const struct tar_xattr attributes[] = { { "user.text", "a=b\nc", 5 }, { "security.capability", "\1\0\0\2\0", 5 }, { "user.empty", "", 0 } };
    struct tar_member member = file("file", "x");
    member.xattrs = attributes;
    member.xattr_count = 2;
    comes_back(&member, "x");
}

static int refuse(void *context, const void *data, size_t len, struct error **err)
{
    (void)context;
    (void)data;
    (void)len;
    return error_set(err, ERROR_CANCELLED, 0, "the client left");
}

static void who_does_not_take_it_ends_it(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const struct sink gone = { NULL, refuse, NULL };
    const struct tar_member member = file("file", "");
    assert_int_equal(tar_write_member(&gone, &member, &err), -1);
    assert_int_equal(err->kind, ERROR_CANCELLED);
    error_clear(&err);
    assert_int_equal(tar_write_end(&gone, &err), -1);
    error_clear(&err);
    assert_int_equal(tar_write_padding(&gone, 512, &err), 0); /* nothing is to be written */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_member_comes_back),
        cmocka_unit_test(a_directory_gets_its_slash),
        cmocka_unit_test(what_ustar_cannot_say_is_said_all_the_same),
        cmocka_unit_test(extended_attributes_keep_every_byte),
        cmocka_unit_test(who_does_not_take_it_ends_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
