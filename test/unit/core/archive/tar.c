#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/archive/tar.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "test/unit/core/archive/tape.h"

struct reading {
    struct memory memory;
    struct source source;
    struct tar_reader *tar;
    const struct tar_member *member;
    struct error *err;
};

static void open_tape(struct reading *reading, const struct buf *tape)
{
    *reading = (struct reading){ .memory = { tape->data, tape->len, 0 } };
    reading->source = (struct source){ &reading->memory, memory_read };
    reading->tar = tar_open(&reading->source, NULL);
}

static void close_tape(struct reading *reading)
{
    tar_close(reading->tar);
    error_free(reading->err);
}

static int next(struct reading *reading)
{
    return tar_next(reading->tar, &reading->member, &reading->err);
}

/* Reads @tape and expects it to fail with @kind and a message that says @why. */
static void refuses(struct buf *tape, enum error_kind kind, const char *why)
{
    struct reading reading;
    open_tape(&reading, tape);
    int rc;
    while ((rc = next(&reading)) > 0)
        ;
    if (rc == 0)
        fail_msg("taken, expected: %s", why);
    assert_int_equal(reading.err->kind, kind);
    if (!strstr(reading.err->message, why))
        fail_msg("%s: expected: %s", reading.err->message, why);
    close_tape(&reading);
    buf_free(tape);
}

static void members_come_in_order_with_their_payload(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "./etc/", .type = '5', .mode = 01777 });
    tape_add(&tape, (struct entry){ .name = "etc/passwd", .data = "root\n", .uid = 7, .gid = 8, .mode = 04755 });
    tape_add(&tape, (struct entry){ .name = "link", .type = '2', .link = "../x" });
    tape_add(&tape, (struct entry){ .name = "hard", .type = '1', .link = "/etc/./passwd", .size = 5 });
    tape_add(&tape, (struct entry){ .name = "dev", .type = '3', .major = 5, .minor = 1 });
    tape_end(&tape);
    struct reading r;
    open_tape(&r, &tape);
    r.memory.step = 100;

    assert_int_equal(next(&r), 1);
    assert_int_equal(r.member->type, TAR_DIR);
    assert_string_equal(r.member->name, "./etc/");
    assert_string_equal(r.member->path, "etc");
    assert_int_equal(r.member->mode, 01777);
    assert_int_equal(next(&r), 1);
    assert_int_equal(r.member->uid, 7);
    assert_int_equal(r.member->gid, 8);
    assert_int_equal(r.member->mode, 04755);
    assert_int_equal(r.member->mtime.tv_sec, 1700000000);
    char text[16] = "";
    assert_int_equal(tar_read(r.tar, text, 2, &r.err), 2);
    assert_int_equal(tar_read(r.tar, text + 2, 14, &r.err), 3);
    assert_int_equal(tar_read(r.tar, text, 14, &r.err), 0);
    assert_string_equal(text, "root\n");
    assert_int_equal(next(&r), 1);
    assert_int_equal(r.member->type, TAR_SYMLINK);
    assert_string_equal(r.member->link, "../x");
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->link_path, "etc/passwd");
    assert_int_equal(r.member->size, 0);
    assert_int_equal(next(&r), 1);
    assert_int_equal(r.member->type, TAR_CHAR);
    assert_int_equal(r.member->major, 5);
    assert_int_equal(next(&r), 0);
    assert_int_equal(tar_finish(r.tar, &r.err), 0);
    close_tape(&r);
}

static void a_payload_that_is_not_read_is_skipped(void **state)
{
    (void)state;
    autobuf tape = BUF(4 << 20);
    autofree char *big = mem_zalloc(1000001);
    memset(big, 'x', 1000000);
    tape_add(&tape, (struct entry){ .name = "big", .data = big });
    tape_add(&tape, (struct entry){ .name = "after", .data = "1" });
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 1);
    char some[10];
    assert_int_equal(tar_read(r.tar, some, 10, &r.err), 10);
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "after");
    assert_int_equal(next(&r), 0); /* no end blocks: fine */
    close_tape(&r);
}

static void extended_headers_replace_fields_of_the_next_member_only(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20), body = BUF(1 << 16);
    tape_pax(&tape, 'g', "comment", "for all");
    tape_pax_record(&body, "path", "a/long/name", 11);
    tape_pax_record(&body, "uid", "3000000", 7);
    tape_pax_record(&body, "mtime", "-1.25", 5);
    tape_pax_record(&body, "size", "3", 1);
    tape_pax_record(&body, "SCHILY.xattr.user.a", "\0b", 2);
    tape_add(&tape, (struct entry){ .name = "x", .type = 'x', .data = body.data, .len = body.len });
    tape_add(&tape, (struct entry){ .name = "short", .data = "abc", .size = 7 });
    tape_add(&tape, (struct entry){ .name = "plain" });
    tape_end(&tape);
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "a/long/name");
    assert_int_equal(r.member->uid, 3000000);
    assert_int_equal(r.member->mtime.tv_sec, -2);
    assert_int_equal(r.member->mtime.tv_nsec, 750000000);
    assert_int_equal(r.member->size, 3);
    assert_int_equal(r.member->xattr_count, 1);
    assert_string_equal(r.member->xattrs[0].name, "user.a");
    assert_memory_equal(r.member->xattrs[0].value, "\0b", 2);
    assert_int_equal(r.member->xattrs[0].len, 2);
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "plain");
    assert_int_equal(r.member->uid, 0);
    assert_int_equal(r.member->xattr_count, 0);
    close_tape(&r);
}

static void gnu_long_names_and_base_256_numbers_are_read(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20);
    char name[301];
    memset(name, 'n', 300);
    name[300] = '\0';
    tape_add(&tape,
             (struct entry){ .name = "././@LongLink", .type = 'L', .data = name, .len = 301, .magic = "ustar  " });
    tape_add(&tape,
             (struct entry){ .name = "././@LongLink", .type = 'K', .data = "target", .len = 7, .magic = "ustar  " });
    tape_add(&tape, (struct entry){ .name = "cut", .type = '2', .link = "cut", .magic = "ustar  " });
    size_t at = tape.len;
    tape_add(&tape, (struct entry){ .name = "huge ids", .magic = "ustar  ", .prefix = "no prefix here" });
    memcpy(tape.data + at + 108, "\x80\0\0\0\x70\0\0\1", 8);
    memcpy(tape.data + at + 136, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
    tape_checksum((unsigned char *)tape.data + at);
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, name);
    assert_string_equal(r.member->link, "target");
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "huge ids");
    assert_int_equal(r.member->uid, 0x70000001);
    assert_int_equal(r.member->mtime.tv_sec, -1);
    close_tape(&r);
}

static void ustar_prefixes_and_old_directories_are_understood(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "file", .prefix = "in/deep" });
    size_t at = tape.len;
    tape_add(&tape, (struct entry){ .name = "old/", .prefix = "ignored", .magic = " " });
    memset(tape.data + at + 257, 0, 8);
    tape.data[at + 156] = '\0';
    tape_checksum((unsigned char *)tape.data + at);
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "in/deep/file");
    assert_int_equal(next(&r), 1);
    assert_string_equal(r.member->name, "old/");
    assert_int_equal(r.member->type, TAR_DIR);
    close_tape(&r);
}

static void names_that_lead_out_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = { "../a", "a/../../b", "/../etc/passwd", ".." };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buf tape = BUF(1 << 20), linked = BUF(1 << 20);
        tape_add(&tape, (struct entry){ .name = names[i], .data = "x" });
        refuses(&tape, ERROR_INVALID, "leads out of the archive");
        tape_add(&linked, (struct entry){ .name = "a", .type = '1', .link = names[i] });
        refuses(&linked, ERROR_INVALID, "leads out of the archive");
    }
}

static void absolute_and_dotted_names_stay_inside(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        { "/etc//x/", "etc/x" }, { "./", "." }, { "/", "." }, { "a/../b", "b" }, { "a/..", "." }
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        autobuf tape = BUF(1 << 20);
        tape_add(&tape, (struct entry){ .name = pairs[i][0], .type = '5' });
        struct reading r;
        open_tape(&r, &tape);
        assert_int_equal(next(&r), 1);
        assert_string_equal(r.member->path, pairs[i][1]);
        close_tape(&r);
    }
}

static void a_wrong_checksum_is_damage(void **state)
{
    (void)state;
    struct buf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "a" });
    tape.data[0] = 'b';
    refuses(&tape, ERROR_INVALID, "checksum");
}

static void an_archive_that_ends_early_is_damage(void **state)
{
    (void)state;
    struct buf header = BUF(1 << 20), payload = BUF(1 << 20), extended = BUF(1 << 20);
    tape_add(&header, (struct entry){ .name = "a" });
    header.len -= 10;
    refuses(&header, ERROR_INVALID, "middle of a header");
    tape_add(&payload, (struct entry){ .name = "a", .data = "0123456789" });
    payload.len = 512 + 9;
    refuses(&payload, ERROR_INVALID, "middle of a member");
    tape_add(&extended, (struct entry){ .name = "a", .type = 'x', .data = "0123456789", .size = 600 });
    refuses(&extended, ERROR_INVALID, "middle of a member");
}

static void padding_may_be_missing_at_the_very_end(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20);
    tape_add(&tape, (struct entry){ .name = "a", .data = "0123456789" });
    tape.len = 512 + 10;
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 1);
    assert_int_equal(next(&r), 0);
    close_tape(&r);
}

static void one_end_block_in_the_middle_is_damage(void **state)
{
    (void)state;
    struct buf tape = BUF(1 << 20);
    static const char zero[512];
    buf_append(&tape, zero, 512);
    tape_add(&tape, (struct entry){ .name = "a" });
    refuses(&tape, ERROR_INVALID, "single end block");
}

static void sparse_and_foreign_members_are_unsupported(void **state)
{
    (void)state;
    struct buf gnu = BUF(1 << 20), pax = BUF(1 << 20), volume = BUF(1 << 20);
    tape_add(&gnu, (struct entry){ .name = "a", .type = 'S' });
    refuses(&gnu, ERROR_UNSUPPORTED, "sparse");
    tape_pax(&pax, 'x', "GNU.sparse.major", "1");
    tape_add(&pax, (struct entry){ .name = "a" });
    refuses(&pax, ERROR_UNSUPPORTED, "sparse");
    tape_add(&volume, (struct entry){ .name = "a", .type = 'V' });
    refuses(&volume, ERROR_UNSUPPORTED, "0x56");
}

static void extended_headers_have_limits(void **state)
{
    (void)state;
    struct buf huge = BUF(4 << 20), name = BUF(1 << 20), longname = BUF(1 << 20), xattrs = BUF(1 << 20);
    tape_add(&huge, (struct entry){ .name = "a", .type = 'x', .size = 2 << 20 });
    refuses(&huge, ERROR_TOO_LARGE, "at most 1048576");
    autofree char *text = mem_zalloc(9001);
    memset(text, 'a', 5000);
    tape_pax(&name, 'x', "path", text);
    tape_add(&name, (struct entry){ .name = "a" });
    refuses(&name, ERROR_TOO_LARGE, "at most 4095");
    memset(text, 'a', 9000);
    tape_add(&longname, (struct entry){ .name = "a", .type = 'L', .data = text });
    refuses(&longname, ERROR_TOO_LARGE, "at most 8192");
    autobuf body = BUF(1 << 20);
    for (int i = 0; i < 300; i++) {
        snprintf(text, 100, "SCHILY.xattr.user.%d", i);
        tape_pax_record(&body, text, "v", 1);
    }
    tape_add(&xattrs, (struct entry){ .name = "a", .type = 'x', .data = body.data });
    refuses(&xattrs, ERROR_TOO_LARGE, "more than 256");
}

static void ambiguous_headers_are_refused(void **state)
{
    (void)state;
    struct buf twice = BUF(1 << 20), global = BUF(1 << 20), between = BUF(1 << 20);
    tape_pax(&twice, 'x', "path", "a");
    tape_pax(&twice, 'x', "path", "b");
    refuses(&twice, ERROR_INVALID, "two extended headers");
    tape_pax(&global, 'g', "path", "a");
    refuses(&global, ERROR_INVALID, "global extended header sets path");
    tape_pax(&between, 'x', "path", "a");
    tape_pax(&between, 'g', "comment", "a");
    refuses(&between, ERROR_INVALID, "global extended header between");
}

static void damaged_pax_records_are_refused(void **state)
{
    (void)state;
    static const char *const bodies[] = { "x", "5", "99 a=b\n", "3 a\n", "6 a=b\nx", "4 =\n", "7 a=bcd", "6 a=b\0" };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct buf tape = BUF(1 << 20);
        tape_add(&tape, (struct entry){ .name = "a", .type = 'x', .data = bodies[i], .len = i == 7 ? 6 : 0 });
        tape_add(&tape, (struct entry){ .name = "a" });
        refuses(&tape, ERROR_INVALID, "extended header");
    }
    struct buf nul = BUF(1 << 20), number = BUF(1 << 20);
    tape_add(&nul, (struct entry){ .name = "a", .type = 'x', .data = "10 path=a\0\n", .len = 11 });
    refuses(&nul, ERROR_INVALID, "extended header");
    tape_pax(&number, 'x', "uid", "-5");
    refuses(&number, ERROR_INVALID, "uid=-5");
}

static void numbers_out_of_range_are_refused(void **state)
{
    (void)state;
    struct buf uid = BUF(1 << 20), size = BUF(1 << 20), device = BUF(1 << 20), digits = BUF(1 << 20);
    tape_pax(&uid, 'x', "uid", "4294967295");
    tape_add(&uid, (struct entry){ .name = "a" });
    refuses(&uid, ERROR_INVALID, "uid 4294967295");
    tape_add(&size, (struct entry){ .name = "a" });
    memset(size.data + 124, 0xff, 12);
    tape_checksum((unsigned char *)size.data);
    refuses(&size, ERROR_INVALID, "size -1");
    tape_add(&device, (struct entry){ .name = "a", .type = '4', .major = 0xffff });
    refuses(&device, ERROR_INVALID, "device number");
    tape_add(&digits, (struct entry){ .name = "a" });
    digits.data[124] = '9';
    tape_checksum((unsigned char *)digits.data);
    refuses(&digits, ERROR_INVALID, "size is not a number");
}

static void a_long_row_of_global_headers_keeps_memory_small(void **state)
{
    (void)state;
    autobuf tape = BUF(64 << 20);
    for (int i = 0; i < 4000; i++)
        tape_pax(&tape, 'g', "comment", "nothing");
    tape_end(&tape);
    struct reading r;
    open_tape(&r, &tape);
    assert_int_equal(next(&r), 0);
    close_tape(&r);
}

struct heard {
    struct buf all;
    int members, ends;
};

static int hear_bytes(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    buf_append(&((struct heard *)context)->all, data, len);
    return 0;
}

static int hear_member(void *context, const struct tar_member *member, struct error **err)
{
    (void)err;
    (void)member;
    ((struct heard *)context)->members++;
    return 0;
}

static int hear_end(void *context, struct error **err)
{
    (void)err;
    ((struct heard *)context)->ends++;
    return 0;
}

static void an_observer_hears_every_byte_once(void **state)
{
    (void)state;
    autobuf tape = BUF(4 << 20);
    tape_pax(&tape, 'g', "comment", "x");
    tape_add(&tape, (struct entry){ .name = "d/", .type = '5' });
    tape_pax(&tape, 'x', "path", "longer");
    autofree char *big = mem_zalloc(700001);
    memset(big, 'x', 700000);
    tape_add(&tape, (struct entry){ .name = "d/f", .data = big });
    tape_add(&tape, (struct entry){ .name = "e", .data = "y" });
    tape_end(&tape);
    buf_puts(&tape, "junk after the end");
    struct heard heard = { .all = BUF(4 << 20) };
    struct tar_observer observer = { &heard, hear_bytes, hear_member, hear_bytes, hear_end };
    struct memory memory = { tape.data, tape.len, 777 };
    struct source source = { &memory, memory_read };
    autotar struct tar_reader *tar = tar_open(&source, &observer);
    const struct tar_member *member;
    autoerror *err = NULL;
    while (tar_next(tar, &member, &err) > 0)
        ;
    assert_null(err);
    assert_int_equal(tar_finish(tar, &err), 0);
    assert_int_equal(heard.all.len, tape.len);
    assert_memory_equal(heard.all.data, tape.data, tape.len);
    assert_int_equal(heard.members, 3);
    assert_int_equal(heard.ends, 3);
    buf_free(&heard.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_come_in_order_with_their_payload),
        cmocka_unit_test(a_payload_that_is_not_read_is_skipped),
        cmocka_unit_test(extended_headers_replace_fields_of_the_next_member_only),
        cmocka_unit_test(gnu_long_names_and_base_256_numbers_are_read),
        cmocka_unit_test(ustar_prefixes_and_old_directories_are_understood),
        cmocka_unit_test(names_that_lead_out_are_refused),
        cmocka_unit_test(absolute_and_dotted_names_stay_inside),
        cmocka_unit_test(a_wrong_checksum_is_damage),
        cmocka_unit_test(an_archive_that_ends_early_is_damage),
        cmocka_unit_test(padding_may_be_missing_at_the_very_end),
        cmocka_unit_test(one_end_block_in_the_middle_is_damage),
        cmocka_unit_test(sparse_and_foreign_members_are_unsupported),
        cmocka_unit_test(extended_headers_have_limits),
        cmocka_unit_test(ambiguous_headers_are_refused),
        cmocka_unit_test(damaged_pax_records_are_refused),
        cmocka_unit_test(numbers_out_of_range_are_refused),
        cmocka_unit_test(a_long_row_of_global_headers_keeps_memory_small),
        cmocka_unit_test(an_observer_hears_every_byte_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
