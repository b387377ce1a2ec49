#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <unistd.h>
#include <zlib.h>

#include "core/archive/tarsplit.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/schema/json.h"
#include "test/unit/core/archive/tape.h"

/* Writes the tar-split of @tape and gives back its text. */
static int split(const struct buf *tape, struct buf *text, struct error **err)
{
    char path[] = "/tmp/coracle-split-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    struct memory memory = { tape->data, tape->len, 0 };
    struct source source = { &memory, memory_read };
    autotarsplit struct tarsplit *splitter = tarsplit_open(fd);
    struct tar_observer observer = tarsplit_observer(splitter);
    autotar struct tar_reader *tar = tar_open(&source, &observer);
    const struct tar_member *member;
    int rc;
    while ((rc = tar_next(tar, &member, err)) > 0)
        ;
    if (rc < 0 || tar_finish(tar, err) < 0 || tarsplit_finish(splitter, err) < 0) {
        close(fd);
        return -1;
    }
    lseek(fd, 0, SEEK_SET);
    gzFile unzip = gzdopen(fd, "r");
    char piece[4096];
    for (int n; (n = gzread(unzip, piece, sizeof piece)) > 0;)
        buf_append(text, piece, (size_t)n);
    return gzclose(unzip) == Z_OK ? 0 : -1;
}

/* The k-th line, decoded. */
static const struct json *line(struct arena *arena, const struct buf *text, size_t k)
{
    const char *at = text->data;
    for (; k; k--)
        at = strchr(at, '\n') + 1;
    autoerror *err = NULL;
    return json_parse(arena, at, strcspn(at, "\n"), SCHEMA_LIMITS, &err);
}

static void entries_look_as_vbatts_tar_split_writes_them(void **state)
{
    (void)state;
    autobuf tape = BUF(1 << 20), text = BUF(1 << 20);
    autoerror *err = NULL;
    autoarena *arena = arena_new();
    tape_add(&tape, (struct entry){ .name = "./etc/", .type = '5' });
    tape_add(&tape, (struct entry){ .name = "etc/passwd", .data = "root:x:0:\n" });
    tape_add(&tape, (struct entry){ .name = "n\xff", .data = "x" });
    tape_end(&tape);
    assert_int_equal(split(&tape, &text, &err), 0);
    const struct json *first = line(arena, &text, 0), *dir = line(arena, &text, 1), *file = line(arena, &text, 3);
    assert_int_equal(json_get(first, "type")->integer, 2);
    assert_int_equal(json_get(first, "position")->integer, 0);
    size_t len;
    const char *header = str_base64_decode(arena, json_get_text(first, "payload"), &len);
    assert_int_equal(len, 512);
    assert_memory_equal(header, tape.data, 512);
    assert_string_equal(json_get_text(dir, "name"), "./etc/");
    assert_null(json_get(dir, "size"));
    assert_int_equal(json_get(dir, "payload")->kind, JSON_NULL_KIND);
    assert_string_equal(json_get_text(file, "name"), "etc/passwd");
    assert_int_equal(json_get(file, "size")->integer, 10);
    assert_string_equal(json_get_text(file, "payload"), "R0Bb3FNcWGw=");
    assert_int_equal(json_get(file, "position")->integer, 3);
    assert_string_equal(json_get_text(line(arena, &text, 5), "name_raw"), "bv8=");
}

/* Segments and payloads together are the archive again, byte for byte. */
static void the_archive_can_be_put_together_again(void **state)
{
    (void)state;
    autobuf tape = BUF(4 << 20), text = BUF(8 << 20), again = BUF(4 << 20);
    autoerror *err = NULL;
    autoarena *arena = arena_new();
    char name[32];
    for (int i = 0; i < 500; i++) { /* no payloads in a row: segments grow past one entry */
        snprintf(name, sizeof name, "dir%d/", i);
        tape_add(&tape, (struct entry){ .name = name, .type = '5' });
    }
    tape_pax(&tape, 'g', "comment", "x");
    tape_add(&tape, (struct entry){ .name = "f", .data = "payload" });
    tape_end(&tape);
    for (int i = 0; i < 10000; i++)
        buf_puts(&tape, "junk at the end ");
    assert_int_equal(split(&tape, &text, &err), 0);
    size_t entries = 0;
    for (const char *at = text.data; (at = strchr(at, '\n')); at++)
        entries++;
    for (size_t i = 0; i < entries; i++) {
        const struct json *entry = line(arena, &text, i);
        assert_int_equal(json_get(entry, "position")->integer, i);
        if (json_get(entry, "type")->integer == 1) {
            if (json_get(entry, "size"))
                buf_puts(&again, "payload");
            continue;
        }
        size_t len;
        const char *bytes = str_base64_decode(arena, json_get_text(entry, "payload"), &len);
        buf_append(&again, bytes, len);
    }
    assert_int_equal(again.len, tape.len);
    assert_memory_equal(again.data, tape.data, tape.len);
}

static void a_path_that_comes_twice_is_refused(void **state)
{
    (void)state;
    static const char *const second[] = { "a", "./a", "a/", "b/../a" };
    for (int i = 0; i < 4; i++) {
        autobuf tape = BUF(1 << 20), text = BUF(1 << 20);
        autoerror *err = NULL;
        tape_add(&tape, (struct entry){ .name = "a", .data = "1" });
        tape_add(&tape, (struct entry){ .name = second[i], .data = "2" });
        assert_int_equal(split(&tape, &text, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, "a is in it twice"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_look_as_vbatts_tar_split_writes_them),
        cmocka_unit_test(the_archive_can_be_put_together_again),
        cmocka_unit_test(a_path_that_comes_twice_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
