/* cmd/coracle/frames.c and lines.c: streams in pieces of any size */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cmd/coracle/frames.h"
#include "cmd/coracle/lines.h"
#include "core/base/arena.h"
#include "core/schema/json.h"

/* Feeds in pieces of @piece with standard output and error in files; what they hold afterwards. */
static void feed(struct frames *frames, const char *data, size_t len, size_t piece, char ret_out[64], char ret_err[64])
{
    FILE *files[2] = { tmpfile(), tmpfile() };
    int saved[2] = { dup(STDOUT_FILENO), dup(STDERR_FILENO) };
    int broken = 0;
    fflush(stdout);
    for (int i = 0; i < 2; i++)
        dup2(fileno(files[i]), STDOUT_FILENO + i);
    for (size_t at = 0; at < len; at += piece)
        broken |= frames_feed(frames, data + at, len - at < piece ? len - at : piece);
    for (int i = 0; i < 2; i++) {
        char *into = i ? ret_err : ret_out;
        dup2(saved[i], STDOUT_FILENO + i);
        close(saved[i]);
        rewind(files[i]);
        into[fread(into, 1, 63, files[i])] = '\0';
        fclose(files[i]);
    }
    assert_false(broken);
}

static void frames_go_where_they_say(void **state)
{
    (void)state;
    static const char data[] = "\1\0\0\0\0\0\0\3out\2\0\0\0\0\0\0\5error\1\0\0\0\0\0\0\0\1\0\0\0\0\0\0\1!";
    for (size_t piece = 1; piece < sizeof data; piece++) {
        char out[64], err[64];
        struct frames frames = { .pending = BUF(FRAMES_MAX) };
        feed(&frames, data, sizeof data - 1, piece, out, err);
        assert_string_equal(out, "out!");
        assert_string_equal(err, "error");
        buf_free(&frames.pending);
    }
}

static void a_terminals_bytes_have_no_frames(void **state)
{
    (void)state;
    char out[64], err[64];
    struct frames frames = { .raw = true, .pending = BUF(FRAMES_MAX) };
    feed(&frames, "\1\2raw", 5, 2, out, err);
    assert_string_equal(out, "\1\2raw");
    assert_string_equal(err, "");
}

static void a_frame_past_the_limit_is_broken(void **state)
{
    (void)state;
    static const char head[] = "\1\0\0\0\xff\xff\xff\xff";
    char chunk[65536] = { 0 };
    struct frames frames = { .pending = BUF(FRAMES_MAX) };
    int broken = frames_feed(&frames, head, 8);
    for (size_t sent = 0; !broken && sent <= FRAMES_MAX; sent += sizeof chunk)
        broken = frames_feed(&frames, chunk, sizeof chunk);
    assert_true(broken);
    buf_free(&frames.pending);
}

static int count(void *context, const struct json *line)
{
    *(int64_t *)context += json_get(line, "n")->integer;
    return 0;
}

static void lines_are_documents_and_the_rest_is_passed_over(void **state)
{
    (void)state;
    static const char data[] = "{\"n\":1}\nnonsense\n\n{\"n\":20}\r\n{\"n\":300}\n{\"n\":4000}";
    for (size_t piece = 1; piece < sizeof data; piece++) {
        int64_t sum = 0;
        autoarena *arena = arena_new();
        struct lines lines = { .arena = arena, .pending = BUF(4096), .each = count, .context = &sum };
        for (size_t at = 0; at < sizeof data - 1; at += piece)
            assert_int_equal(lines_feed(&lines, data + at, sizeof data - 1 - at < piece ? sizeof data - 1 - at : piece),
                             0);
        assert_int_equal(sum, 321); /* the last line has not ended */
        buf_free(&lines.pending);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_go_where_they_say),
        cmocka_unit_test(a_terminals_bytes_have_no_frames),
        cmocka_unit_test(a_frame_past_the_limit_is_broken),
        cmocka_unit_test(lines_are_documents_and_the_rest_is_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
