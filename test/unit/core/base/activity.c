#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/activity.h"

static void who_is_there_is_seen_and_who_left_is_not(void **state)
{
    (void)state;
    struct activity *activity = activity_new();
    struct activity_seen seen[4];
    assert_int_equal(activity_look(activity, seen, 4), 0);
    int one = activity_enter(activity, "GET", "/first?secret", 6), two = activity_enter(activity, "POST", "/second", 7);
    assert_int_equal(activity_look(activity, seen, 4), 2);
    assert_string_equal(seen[0].text, "/first");
    assert_string_equal(seen[0].kind, "GET");
    assert_int_equal(seen[0].thread, gettid());
    assert_int_equal(activity_look(activity, seen, 1), 1);
    assert_int_equal(activity_count(activity), 2);
    assert_int_equal(activity_count(NULL), 0);
    activity_leave(activity, one);
    assert_int_equal(activity_look(activity, seen, 4), 1);
    assert_string_equal(seen[0].text, "/second");
    activity_leave(activity, two);
    activity_free(activity);
}

static void a_long_text_is_cut_and_no_place_is_no_harm(void **state)
{
    (void)state;
    struct activity *activity = activity_new();
    struct activity_seen seen[2];
    char text[ACTIVITY_TEXT * 2];
    memset(text, 'x', sizeof text);
    int place = activity_enter(activity, "GET", text, sizeof text);
    assert_int_equal(activity_look(activity, seen, 2), 1);
    assert_int_equal(strlen(seen[0].text), ACTIVITY_TEXT - 1);
    activity_leave(activity, place);
    while (activity_enter(activity, "GET", "/", 1) >= 0)
        ;
    activity_leave(activity, -1);
    assert_int_equal(activity_enter(NULL, "GET", "/", 1), -1);
    assert_int_equal(activity_look(NULL, seen, 2), 0);
    activity_free(activity);
}

static atomic_bool stop;

static void *come_and_go(void *context)
{
    struct activity *activity = context;
    while (!stop) {
        activity_leave(activity, activity_enter(activity, "GET", "aaaaaaaaaaaaaaaa", 16));
        activity_leave(activity, activity_enter(activity, "GET", "bbbbbbbbbbbbbbbb", 16));
    }
    return NULL;
}

static void what_is_seen_is_whole_while_others_come_and_go(void **state)
{
    (void)state;
    struct activity *activity = activity_new();
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, come_and_go, activity), 0);
    for (int i = 0; i < 3000; i++) {
        struct activity_seen seen[8];
        size_t count = activity_look(activity, seen, 8);
        for (size_t j = 0; j < count; j++)
            assert_true(!strcmp(seen[j].text, "aaaaaaaaaaaaaaaa") || !strcmp(seen[j].text, "bbbbbbbbbbbbbbbb"));
    }
    stop = true;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    activity_free(activity);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_is_there_is_seen_and_who_left_is_not),
        cmocka_unit_test(a_long_text_is_cut_and_no_place_is_no_harm),
        cmocka_unit_test(what_is_seen_is_whole_while_others_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
