#include "test/unit/api/memory.h"

#include <pthread.h>

#include "api/tally.h"

static int look(struct call *call, struct error **err)
{
    return reply_empty(call, 204, err);
}

static const struct route table[] = {
    { ROUTE(GET, "/look/{name}"), .id = "Look", .handler = look, .responses = { { 204, NULL, "Seen", 0, NULL } } },
    { ROUTE(GET, "/before"), .id = "Before", .handler = look, .responses = { { 204, NULL, "Seen", 0, NULL } } },
    { 0 },
};
const struct route *const api_routes[] = { table, NULL };

static uint64_t count_of(const struct tally *tally, const char *route, int status)
{
    struct tally_row row;
    for (size_t cursor = 0; tally_next(tally, &cursor, &row);)
        for (size_t i = 0; i < TALLY_STATUSES; i++)
            if (!strcmp(row.route, route) && tally_statuses[i] == status)
                return row.by_status[i];
    return 0;
}

static void calls_are_counted_where_they_were_answered(void **state)
{
    (void)state;
    struct memory m = memory_open(NULL);
    m.api.tally = tally_new();
    memory_get(&m, "/look/a");
    memory_get(&m, "/v1.41/look/b");
    memory_get(&m, "/v1.99/look/b");
    memory_get(&m, "/nothing");
    memory_get(&m, "//look/b");
    assert_int_equal(count_of(m.api.tally, "Look", 204), 2);
    assert_int_equal(count_of(m.api.tally, "Look", 400), 1);
    assert_int_equal(count_of(m.api.tally, "Before", 204), 0);
    assert_int_equal(count_of(m.api.tally, "", 404), 1);
    assert_int_equal(count_of(m.api.tally, "", 301), 1);
    tally_free(m.api.tally);
    memory_close(&m);
}

static void *count_many(void *context)
{
    struct tally *tally = context;
    for (int i = 0; i < 20000; i++)
        tally_end(tally, 0, i % 2 ? 200 : 299, tally_begin(tally));
    return NULL;
}

static void threads_lose_no_count(void **state)
{
    (void)state;
    struct tally *tally = tally_new();
    struct tally_row row;
    size_t cursor = 0;
    uint64_t sum = 0;
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_many, tally), 0);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_true(tally_next(tally, &cursor, &row));
    assert_int_equal(count_of(tally, "Look", 200), 40000);
    assert_int_equal(count_of(tally, "Look", 0), 40000); /* a status that has no place of its own */
    for (size_t i = 0; i <= TALLY_BUCKETS; i++)
        sum += row.by_bucket[i];
    assert_int_equal(sum, 80000);
    assert_false(tally_next(tally, &cursor, &row));
    tally_free(tally);
    assert_int_equal(tally_begin(NULL), 0);
    tally_end(NULL, 0, 200, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_counted_where_they_were_answered),
        cmocka_unit_test(threads_lose_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
