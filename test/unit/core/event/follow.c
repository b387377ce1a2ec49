#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/sink.h"
#include "test/unit/core/event/home.h"

/* What a follower hears, one line each: "ID TYPE ACTION FIRST-ATTRIBUTE". */
struct heard {
    struct str_list lines;
    int64_t last_id;
    size_t enough; /* ends the stream when there are so many; 0: never */
};

static int hear(void *context, const struct event *event, struct error **err)
{
    (void)err;
    struct heard *heard = context;
    const char *first = event->attributes.count ? event->attributes.items[0].value : "-";
    str_list_add(arena, &heard->lines,
                 arena_printf(arena, "%lld %s %s %s", (long long)event->id, event->type, event->action, first));
    heard->last_id = event->id;
    return heard->lines.count == heard->enough;
}

static void follow(const struct event_query *query, const struct sink *sink, struct heard *heard)
{
    autoerror *err = NULL;
    if (event_follow(&engine, query, sink, hear, heard, &err) < 0)
        fail_msg("%s", err->message);
}

static void sql(const char *text)
{
    autoerror *err = NULL;
    assert_non_null(state_lock(engine.state, &err));
    assert_int_equal(state_exec(engine.state, &err, text, ""), 0);
    state_unlock(engine.state);
}

static void a_resume_tells_what_was_forgotten(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++)
        add("start", "c", "n", arena_printf(arena, "%d", i));
    sql("DELETE FROM events WHERE id <= 4");
    struct heard heard = { 0 };
    follow(&(struct event_query){ .after_id = 2, .resumes = true }, NULL, &heard);
    assert_int_equal(heard.lines.count, 3);
    assert_string_equal(heard.lines.items[0], "4 daemon gap 3");
    assert_string_equal(heard.lines.items[1], "5 container start 4");

    heard = (struct heard){ 0 }; /* what the gap's id says is true: from there on there is none */
    follow(&(struct event_query){ .after_id = 4, .resumes = true }, NULL, &heard);
    assert_int_equal(heard.lines.count, 2);
    heard = (struct heard){ 0 }; /* and who does not resume hears nothing of it */
    follow(&(struct event_query){ 0 }, NULL, &heard);
    assert_int_equal(heard.lines.count, 2);
}

static void an_id_that_is_yet_to_come_was_another_databases(void **state)
{
    (void)state;
    add("start", "c", "n", "0");
    struct heard heard = { 0 };
    follow(&(struct event_query){ .after_id = 50, .resumes = true }, NULL, &heard);
    assert_int_equal(heard.lines.count, 1);
    assert_string_equal(heard.lines.items[0], "1 daemon gap 50");
}

static bool wait_a_little(void *context, int wake_fd, int timeout_ms)
{
    (void)wake_fd;
    assert_in_range(timeout_ms, 1, 51);
    usleep((unsigned)timeout_ms * 1000);
    return ++*(int *)context < 100;
}

static void a_heart_beats_with_the_id_that_was_passed(void **state)
{
    (void)state;
    add("start", "c", "n", "0");
    struct heard heard = { .enough = 2 };
    int waits = 0;
    const struct sink sink = { &waits, NULL, wait_a_little };
    follow(&(struct event_query){ .heartbeat_ms = 50, .stream = true, .filters.type = { &(const char *){ "image" }, 1 } }, &sink, &heard);
    assert_int_equal(heard.lines.count, 2);
    assert_string_equal(heard.lines.items[1], "1 daemon heartbeat -");
}

static int64_t count(void)
{
    struct heard heard = { 0 };
    follow(&(struct event_query){ 0 }, NULL, &heard);
    return (int64_t)heard.lines.count;
}

static void the_oldest_go_when_there_are_too_many_bytes(void **state)
{
    (void)state;
    config.events_size_max = "20k"; /* each takes about 120 */
    for (int i = 0; i < 1000; i++)
        add("start", "c", "n", arena_printf(arena, "%d", i));
    assert_in_range(count(), 100, 320);
    int64_t newest;
    autoerror *err = NULL;
    assert_int_equal(event_newest(&engine, &newest, &err), 0);
    assert_int_equal(newest, 1000);
    bool forgotten;
    assert_int_equal(event_is_forgotten(&engine, 1, &forgotten, &err), 0);
    assert_true(forgotten);
    assert_int_equal(event_is_forgotten(&engine, clock_now(), &forgotten, &err), 0);
    assert_false(forgotten);
}

static void those_of_the_last_season_go(void **state)
{
    (void)state;
    for (int i = 0; i < 60; i++)
        add("start", "c", "n", "old");
    sql("UPDATE events SET time = time - 91 * 86400 * 1000000000");
    for (int i = 0; i < 8; i++)
        add("start", "c", "n", "new");
    assert_int_equal(count(), 8);
}

static void the_newest_stays_however_old_it_is(void **state)
{
    (void)state;
    for (int i = 0; i < 63; i++)
        add("start", "c", "n", "old");
    config.events_size_max = "1";
    sql("UPDATE events SET time = 1");
    add("start", "c", "n", "new");
    assert_int_equal(count(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_resume_tells_what_was_forgotten, setup, teardown),
        cmocka_unit_test_setup_teardown(an_id_that_is_yet_to_come_was_another_databases, setup, teardown),
        cmocka_unit_test_setup_teardown(a_heart_beats_with_the_id_that_was_passed, setup, teardown),
        cmocka_unit_test_setup_teardown(the_oldest_go_when_there_are_too_many_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(those_of_the_last_season_go, setup, teardown),
        cmocka_unit_test_setup_teardown(the_newest_stays_however_old_it_is, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
