#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/base/sink.h"
#include "core/container/log/stream.h"
#include "core/state/bell.h"

#define T "2026-11-22T01:11:19.724497397+00:00 "

static struct arena *arena;
static char folder[64];
static const char *log_path;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-logs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    log_path = arena_printf(arena, "%s/ctr.log", folder);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    path_remove_tree(folder, &err);
    arena_free(arena);
    return 0;
}

static void write_log(const char *path, const char *text, int flags)
{
    int fd = open(path, O_WRONLY | O_CREAT | flags, 0600);
    assert_true(fd >= 0);
    assert_int_equal(fd_write_all_raw(fd, text, strlen(text)), 0);
    close(fd);
}

static int keep(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    buf_append(context, data, len);
    return 0;
}

static const struct container_log_query both = { .out = true, .err = true, .tail = -1 };

/* What a client gets that does not follow. */
static const char *sent(const char *log, struct container_log_query query)
{
    autoerror *err = NULL;
    struct buf out = BUF(8 << 20);
    write_log(log_path, log, O_TRUNC);
    struct log_source source = { .path = log_path };
    struct sink sink = { .context = &out, .write = keep };
    if (log_send(&source, &query, &sink, &err) < 0)
        fail_msg("%s", err->message);
    const char *text = arena_strndup(arena, buf_text(&out), out.len);
    buf_free(&out);
    return text;
}

static void lines_come_out_without_their_heads(void **state)
{
    (void)state;
    assert_string_equal(sent(T "stdout F one\n" T "stderr F two\n" T "stdout F \n", both), "one\ntwo\n\n");
}

static void parts_of_a_line_are_joined(void **state)
{
    (void)state;
    assert_string_equal(
        sent(T "stdout P begin \n" T "stdout P middle \n" T "stdout F end\n" T "stdout P prompt> \n", both),
        "begin middle end\nprompt> ");
}

static void frames_tell_stream_and_length(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(4096);
    write_log(log_path, T "stdout F one\n" T "stderr P tw\n" T "stderr F o\n", O_TRUNC);
    struct container_log_query query = both;
    query.framed = true;
    struct log_source source = { .path = log_path };
    assert_int_equal(log_send(&source, &query, &(struct sink){ .context = &out, .write = keep }, &err), 0);
    static const char expected[] = "\1\0\0\0\0\0\0\4one\n\2\0\0\0\0\0\0\2tw\2\0\0\0\0\0\0\2o\n";
    assert_int_equal(out.len, sizeof expected - 1);
    assert_memory_equal(out.data, expected, out.len);
}

static void one_stream_can_be_chosen(void **state)
{
    (void)state;
    struct container_log_query query = { .err = true, .tail = -1 };
    assert_string_equal(sent(T "stdout F one\n" T "stderr F two\n", query), "two\n");
}

static void timestamps_are_utc_with_nine_digits_once_per_line(void **state)
{
    (void)state;
    struct container_log_query query = both;
    query.timestamps = true;
    assert_string_equal(
        sent("2026-11-22T01:11:19.700000000+02:00 stdout P a\n2026-11-22T01:11:20.000000001+02:00 stdout F b\n" T
             "stdout F c\n",
             query),
        "2026-11-21T23:11:19.700000000Z ab\n2026-11-22T01:11:19.724497397Z c\n");
}

static void since_and_until_bound_what_is_shown(void **state)
{
    (void)state;
    struct container_log_query query = both;
    const char *log = "2026-11-22T00:00:01.000000000+00:00 stdout F one\n"
                      "2026-11-22T00:00:02.500000000+00:00 stdout F two\n"
                      "2026-11-22T00:00:03.000000000+00:00 stdout F three\n";
    clock_parse("2026-11-22T00:00:02.5Z", &query.since_unix_ns);
    assert_string_equal(sent(log, query), "two\nthree\n");
    query.until_unix_ns = query.since_unix_ns;
    assert_string_equal(sent(log, query), "two\n");
    query.since_unix_ns = 0;
    assert_string_equal(sent(log, query), "one\ntwo\n");
}

static void tail_counts_whole_lines_from_the_end(void **state)
{
    (void)state;
    struct container_log_query query = both;
    const char *log =
        T "stdout F one\n" T "stdout P t\n" T "stdout P w\n" T "stdout F o\n" T "stderr F three\n" T "stdout P rest\n";
    query.tail = 0;
    assert_string_equal(sent(log, query), "");
    query.tail = 1;
    assert_string_equal(sent(log, query), "rest");
    query.tail = 2;
    assert_string_equal(sent(log, query), "three\nrest");
    query.tail = 3;
    assert_string_equal(sent(log, query), "two\nthree\nrest");
    query.tail = 4;
    assert_string_equal(sent(log, query), "one\ntwo\nthree\nrest");
    query.tail = 400;
    assert_string_equal(sent(log, query), "one\ntwo\nthree\nrest");
}

static void tail_agrees_with_counting_at_every_place_a_block_may_end(void **state)
{
    (void)state;
    /* Records of odd lengths so that starts and heads fall on both sides of a block's edge. */
    for (size_t width = 60; width < 75; width++) {
        autobuf log = BUF(4 << 20);
        size_t lines = 3 * LOG_BLOCK / width;
        for (size_t i = 0; i < lines; i++)
            buf_printf(&log, T "stdout F %0*zu\n", (int)(width - strlen(T) - strlen("stdout F \n")), i);
        write_log(log_path, buf_text(&log), O_TRUNC);
        int fd = open(log_path, O_RDONLY);
        for (size_t want = LOG_BLOCK / width - 3; want < LOG_BLOCK / width + 3; want++)
            assert_int_equal(log_tail_offset(fd, (int64_t)want), (lines - want) * width);
        assert_int_equal(log_tail_offset(fd, (int64_t)lines + 1), 0);
        close(fd);
    }
}

static void what_is_no_record_is_left_out(void **state)
{
    (void)state;
    assert_string_equal(sent("garbage\n\n" T "stdmid F x\n" T "stdout Q x\n" T "stdout F good\n" T "stdout", both),
                        "good\n");
    char *huge = arena_zalloc(arena, LOG_BLOCK * 2 + 100);
    memset(huge, 'x', LOG_BLOCK + 5000);
    strcat(huge, "\n" T "stdout F after\n");
    assert_string_equal(sent(huge, both), "after\n");
}

static void a_log_larger_than_a_block_comes_whole(void **state)
{
    (void)state;
    autobuf log = BUF(4 << 20), expected = BUF(4 << 20);
    for (int i = 0; i < 20000; i++) {
        buf_printf(&log, T "stdout F line %d\n", i);
        buf_printf(&expected, "line %d\n", i);
    }
    assert_string_equal(sent(buf_text(&log), both), buf_text(&expected));
}

static void a_missing_log_is_an_empty_one(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf out = BUF(4096);
    struct log_source source = { .path = arena_printf(arena, "%s/nosuch", folder) };
    assert_int_equal(log_send(&source, &both, &(struct sink){ .context = &out, .write = keep }, &err), 0);
    assert_int_equal(out.len, 0);
    assert_false(path_exists(source.path));
}

/* ---- following ---- */

struct follower {
    struct buf out;
    pthread_mutex_t lock;
    pthread_cond_t grown;
    bool live, gone;
    struct bell *bell;
    struct container_log_query query;
    pthread_t thread;
    int rc;
};

static int keep_locked(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    struct follower *follower = context;
    pthread_mutex_lock(&follower->lock);
    buf_append(&follower->out, data, len);
    pthread_cond_signal(&follower->grown);
    pthread_mutex_unlock(&follower->lock);
    return 0;
}

static bool wait_for(void *context, int wake_fd, int timeout_ms)
{
    struct follower *follower = context;
    assert_true(fd_poll(wake_fd, POLLIN, timeout_ms < 0 ? 10000 : timeout_ms) >= 0);
    return !follower->gone;
}

static bool still_lives(void *context)
{
    struct follower *follower = context;
    pthread_mutex_lock(&follower->lock);
    bool live = follower->live;
    pthread_mutex_unlock(&follower->lock);
    return live;
}

static void *run_follower(void *context)
{
    struct follower *follower = context;
    autoerror *err = NULL;
    struct log_source source = {
        .path = log_path, .bell = follower->bell, .is_live = still_lives, .context = follower
    };
    struct sink sink = { .context = follower, .write = keep_locked, .wait = wait_for };
    follower->rc = log_send(&source, &follower->query, &sink, &err);
    return NULL;
}

static void start_following(struct follower *follower)
{
    *follower = (struct follower){ .out = BUF(16 << 20), .live = true, .query = both };
    follower->query.follow = true;
    pthread_mutex_init(&follower->lock, NULL);
    pthread_cond_init(&follower->grown, NULL);
    follower->bell = bell_open(folder);
    assert_int_equal(pthread_create(&follower->thread, NULL, run_follower, follower), 0);
}

/* Blocks until the follower has at least @len bytes. */
static void await_length(struct follower *follower, size_t len)
{
    pthread_mutex_lock(&follower->lock);
    while (follower->out.len < len)
        pthread_cond_wait(&follower->grown, &follower->lock);
    pthread_mutex_unlock(&follower->lock);
}

static void end_container(struct follower *follower)
{
    autoerror *err = NULL;
    pthread_mutex_lock(&follower->lock);
    follower->live = false;
    pthread_mutex_unlock(&follower->lock);
    assert_int_equal(bell_ring(follower->bell, &err), 0);
    pthread_join(follower->thread, NULL);
    assert_int_equal(follower->rc, 0);
    bell_close(follower->bell);
    pthread_mutex_destroy(&follower->lock);
    pthread_cond_destroy(&follower->grown);
}

static void a_follower_gets_what_comes_later(void **state)
{
    (void)state;
    struct follower follower;
    write_log(log_path, T "stdout F first\n", O_TRUNC);
    start_following(&follower);
    await_length(&follower, strlen("first\n"));
    write_log(log_path, T "stdout F second\n" T "stdout F thi", O_APPEND);
    await_length(&follower, strlen("first\nsecond\n"));
    write_log(log_path, "rd\n", O_APPEND);
    await_length(&follower, strlen("first\nsecond\nthird\n"));
    write_log(log_path, T "stdout F last\n", O_APPEND);
    end_container(&follower);
    assert_string_equal(buf_text(&follower.out), "first\nsecond\nthird\nlast\n");
    buf_free(&follower.out);
}

static void a_follower_waits_for_a_container_that_did_not_start(void **state)
{
    (void)state;
    struct follower follower;
    unlink(log_path);
    start_following(&follower);
    while (!path_exists(log_path))
        usleep(1000);
    write_log(log_path, T "stdout F hello\n", O_APPEND);
    end_container(&follower);
    assert_string_equal(buf_text(&follower.out), "hello\n");
    buf_free(&follower.out);
}

static void a_follower_goes_on_in_the_file_that_takes_the_place_of_a_full_one(void **state)
{
    (void)state;
    struct follower follower;
    const char *next = arena_printf(arena, "%s.tmp", log_path);
    write_log(log_path, T "stdout F old\n", O_TRUNC);
    start_following(&follower);
    await_length(&follower, strlen("old\n"));
    write_log(log_path, T "stdout F last of old\n", O_APPEND);
    write_log(next, T "stdout F new\n", O_TRUNC);
    assert_int_equal(rename(next, log_path), 0);
    await_length(&follower, strlen("old\nlast of old\nnew\n"));
    write_log(log_path, T "stdout F newer\n", O_APPEND);
    end_container(&follower);
    assert_string_equal(buf_text(&follower.out), "old\nlast of old\nnew\nnewer\n");
    buf_free(&follower.out);
}

static void a_follower_misses_nothing_of_a_fast_writer(void **state)
{
    (void)state;
    struct follower follower;
    write_log(log_path, "", O_TRUNC);
    start_following(&follower);
    int fd = open(log_path, O_WRONLY | O_APPEND);
    for (int i = 0; i < 20000; i++) {
        char line[80];
        int len = snprintf(line, sizeof line, T "stdout F %08d\n", i);
        assert_int_equal(write(fd, line, (size_t)len), len);
    }
    close(fd);
    end_container(&follower);
    assert_int_equal(follower.out.len, 20000 * 9);
    assert_memory_equal(follower.out.data + 19999 * 9, "00019999\n", 9);
    buf_free(&follower.out);
}

static void a_follower_ends_when_until_passes(void **state)
{
    (void)state;
    struct follower follower = { .out = BUF(4096), .live = true, .query = both };
    write_log(log_path, T "stdout F past\n", O_TRUNC);
    follower.query.follow = true;
    follower.query.until_unix_ns = clock_now() + 50000000;
    pthread_mutex_init(&follower.lock, NULL);
    pthread_cond_init(&follower.grown, NULL);
    follower.bell = bell_open(folder);
    run_follower(&follower);
    assert_int_equal(follower.rc, 0);
    assert_true(clock_now() >= follower.query.until_unix_ns);
    bell_close(follower.bell);
    buf_free(&follower.out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_without_their_heads),
        cmocka_unit_test(parts_of_a_line_are_joined),
        cmocka_unit_test(frames_tell_stream_and_length),
        cmocka_unit_test(one_stream_can_be_chosen),
        cmocka_unit_test(timestamps_are_utc_with_nine_digits_once_per_line),
        cmocka_unit_test(since_and_until_bound_what_is_shown),
        cmocka_unit_test(tail_counts_whole_lines_from_the_end),
        cmocka_unit_test(tail_agrees_with_counting_at_every_place_a_block_may_end),
        cmocka_unit_test(what_is_no_record_is_left_out),
        cmocka_unit_test(a_log_larger_than_a_block_comes_whole),
        cmocka_unit_test(a_missing_log_is_an_empty_one),
        cmocka_unit_test(a_follower_gets_what_comes_later),
        cmocka_unit_test(a_follower_waits_for_a_container_that_did_not_start),
        cmocka_unit_test(a_follower_goes_on_in_the_file_that_takes_the_place_of_a_full_one),
        cmocka_unit_test(a_follower_misses_nothing_of_a_fast_writer),
        cmocka_unit_test(a_follower_ends_when_until_passes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
