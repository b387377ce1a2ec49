#include "test/unit/api/memory.h"

#include "api/match.h"
#include "api/params.h"
#include "api/query.h"

#define ALL_PARAMS(P)                                                              \
    P(PATH, STR, name, "name", NULL, "Path")                                       \
    P(QUERY, STR, text, "text", "fallback", "Text")                                \
    P(QUERY, STR, none, "none", NULL, "Text without default")                      \
    P(QUERY, BOOL, flag, "flag", "true", "Truth")                                  \
    P(QUERY, BOOL, off, "off", NULL, "Truth that is false by default")             \
    P(QUERY, I64, number, "number", "-1", "Integer")                               \
    P(QUERY, OPT_I64, limit, "limit", NULL, "Integer or nothing")                  \
    P(QUERY, OPT_BOOL, maybe, "maybe", NULL, "Truth or nothing")                   \
    P(QUERY, LIST, names, "names", NULL, "Texts")                                  \
    P(QUERY, ENUM, kind, "kind", "first|second", "One of two, the first is the default") \
    P(QUERY, ENUM, other, "other", "|a|b", "One of two or none")                   \
    P(QUERY, FILTERS, filters, "filters", NULL, "Filters")                         \
    P(HEADER, STR, auth, "X-Registry-Auth", NULL, "Credentials")
PARAMS(all_params, ALL_PARAMS)

static struct all_params got;
static struct str_list unknown;

static int take(struct call *call, struct error **err)
{
    got = *(const struct all_params *)call->params;
    unknown = call->unknown;
    return reply_empty(call, 204, err);
}

#define DONE { 204, NULL, "Done", REPLY_OBJECT, NULL }
static const struct route table[] = {
    { ROUTE(GET, "/all/{name}"), .params = all_params_table, .handler = take, .responses = { DONE } },
    { ROUTE(GET, "/libpod/all/{name}"), .params = all_params_table, .handler = take, .responses = { DONE } },
    { 0 },
};
const struct route *const api_routes[] = { table, NULL };

static struct memory m;

static int open_memory(void **state)
{
    (void)state;
    m = memory_open(NULL);
    return 0;
}

static int close_memory(void **state)
{
    (void)state;
    memory_close(&m);
    return 0;
}

static void ask(const char *query)
{
    char target[4096];
    snprintf(target, sizeof target, "/all/x?%s", query);
    if (memory_get(&m, target) != 204)
        fail_msg("%s: %d %s", query, m.status, memory_body(&m));
}

static void ask_libpod(const char *query)
{
    char target[4096];
    snprintf(target, sizeof target, "/v5.0.0/libpod/all/x?%s", query);
    if (memory_get(&m, target) != 204)
        fail_msg("%s: %d %s", query, m.status, memory_body(&m));
}

static const char *refusal(const char *query)
{
    char target[4096];
    snprintf(target, sizeof target, "/all/x?%s", query);
    assert_int_equal(memory_get(&m, target), 400);
    return memory_body(&m);
}

static void what_is_absent_has_its_default(void **state)
{
    (void)state;
    ask("");
    assert_string_equal(got.name, "x");
    assert_string_equal(got.text, "fallback");
    assert_null(got.none);
    assert_true(got.flag);
    assert_false(got.off);
    assert_int_equal(got.number, -1);
    assert_null(got.limit);
    assert_null(got.maybe);
    assert_int_equal(got.names.count, 0);
    assert_string_equal(got.kind, "first");
    assert_null(got.other);
    assert_int_equal(got.filters.count, 0);
    assert_null(got.auth);
}

static void what_is_given_arrives(void **state)
{
    (void)state;
    memory_set_header(&m, "X-Registry-Auth", "e30=");
    ask("text=a+b%20c%2B&none=&flag=0&off=True&number=42&limit=-7&maybe=false&kind=second&other=b");
    assert_string_equal(got.text, "a b c+");
    assert_string_equal(got.none, "");
    assert_false(got.flag);
    assert_true(got.off);
    assert_int_equal(got.number, 42);
    assert_int_equal(*got.limit, -7);
    assert_false(*got.maybe);
    assert_string_equal(got.kind, "second");
    assert_string_equal(got.other, "b");
    assert_string_equal(got.auth, "e30=");
}

static void booleans_take_the_words_clients_use(void **state)
{
    (void)state;
    static const char *const yes[] = { "1", "t", "T", "true", "True", "TRUE", "yes" };
    static const char *const no[] = { "0", "f", "F", "false", "False", "no", "none" };
    char query[64];
    for (size_t i = 0; i < 7; i++) {
        snprintf(query, sizeof query, "off=%s", yes[i]);
        ask(query);
        assert_true(got.off);
        snprintf(query, sizeof query, "flag=%s", no[i]);
        ask(query);
        assert_false(got.flag);
    }
}

static void an_empty_boolean_is_false_for_docker_and_absent_for_libpod(void **state)
{
    (void)state;
    ask("flag=&maybe=");
    assert_false(got.flag);
    assert_non_null(got.maybe);
    ask("flag");
    assert_false(got.flag);
    ask_libpod("flag=&maybe=");
    assert_true(got.flag);
    assert_null(got.maybe);
}

static void an_empty_number_is_absent(void **state)
{
    (void)state;
    ask("number=&limit=");
    assert_int_equal(got.number, -1);
    assert_null(got.limit);
}

static void repeated_names_follow_the_dialect(void **state)
{
    (void)state;
    ask("text=a&text=b");
    assert_string_equal(got.text, "a");
    ask_libpod("text=a&text=b");
    assert_string_equal(got.text, "b");
    ask("names=a&names=b&names=&names=c");
    assert_int_equal(got.names.count, 3);
    assert_string_equal(got.names.items[2], "c");
}

static void letter_case_counts_for_docker_only(void **state)
{
    (void)state;
    ask("TEXT=a");
    assert_string_equal(got.text, "fallback");
    assert_int_equal(unknown.count, 1);
    ask_libpod("TEXT=a");
    assert_string_equal(got.text, "a");
    assert_int_equal(unknown.count, 0);
}

static void unknown_names_are_collected_not_refused(void **state)
{
    (void)state;
    ask("a=1&text=b&c&X-Registry-Auth=d&name=e");
    assert_int_equal(unknown.count, 4);
    assert_string_equal(unknown.items[1], "c");
}

static void errors_name_parameter_value_and_expectation(void **state)
{
    (void)state;
    assert_string_equal(refusal("flag=maybe"),
                        "{\"message\":\"flag: \\\"maybe\\\" is not valid, expected true or false\"}\n");
    assert_string_equal(refusal("number=1x"),
                        "{\"message\":\"number: \\\"1x\\\" is not valid, expected an integer\"}\n");
    assert_string_equal(refusal("kind=third"),
                        "{\"message\":\"kind: \\\"third\\\" is not valid, expected one of first second\"}\n");
    assert_non_null(strstr(refusal("other=c"), "other"));
    assert_non_null(strstr(refusal("other=%7C"), "other"));
}

static void integers_are_strict(void **state)
{
    (void)state;
    static const char *const bad[] = { "%201", "1%20", "0x10", "1.5", "--1", "-", "9223372036854775808", "1e3" };
    char query[64];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        snprintf(query, sizeof query, "number=%s", bad[i]);
        refusal(query);
    }
    ask("number=9223372036854775807");
    assert_true(got.number == INT64_MAX);
    ask("number=-9223372036854775808");
    assert_true(got.number == INT64_MIN);
}

static void filters_take_lists_and_maps(void **state)
{
    (void)state;
    ask("filters={\"label\":[\"a=b\",\"c\"],\"status\":{\"running\":true,\"dead\":false},\"dangling\":true,\"none\":"
        "null}");
    assert_int_equal(got.filters.count, 4);
    assert_string_equal(got.filters.items[0].key, "label");
    assert_int_equal(got.filters.items[0].values.count, 2);
    assert_string_equal(got.filters.items[0].values.items[1], "c");
    assert_int_equal(got.filters.items[1].values.count, 1);
    assert_string_equal(got.filters.items[1].values.items[0], "running");
    assert_string_equal(got.filters.items[2].values.items[0], "true");
    assert_int_equal(got.filters.items[3].values.count, 0);
}

static void an_empty_filter_is_none(void **state)
{
    (void)state;
    static const char *const nothing[] = { "filters=", "filters=null", "filters={}" };
    for (size_t i = 0; i < 3; i++) {
        ask(nothing[i]);
        assert_int_equal(got.filters.count, 0);
    }
}

static void what_is_no_filter_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = { "filters=x",
                                       "filters=[]",
                                       "filters={\"a\":\"b\"}",
                                       "filters={\"a\":[1]}",
                                       "filters={\"a\":[[]]}",
                                       "filters={\"a\":{\"b\":1}}",
                                       "filters={\"a\":[\"%00\"]}",
                                       "filters={\"a\":[{\"b\":true}]}" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(strstr(refusal(bad[i]), "filters"));
}

static void text_with_a_nul_is_refused_in_filters(void **state)
{
    (void)state;
    refusal("filters={\"a\":[\"b\\u0000c\"]}");
    refusal("filters={\"a\\u0000b\":[\"c\"]}");
}

static void escapes_of_queries_are_strict(void **state)
{
    (void)state;
    assert_non_null(strstr(refusal("text=%"), "text"));
    assert_non_null(strstr(refusal("text=%4"), "text"));
    assert_non_null(strstr(refusal("text=%g0"), "text"));
    assert_non_null(strstr(refusal("text=a%00b"), "text"));
    refusal("%00=a");
}

static void a_query_of_too_many_parts_is_refused(void **state)
{
    (void)state;
    char query[2 * QUERY_MAX_PAIRS + 8];
    memset(query, '&', sizeof query);
    query[QUERY_MAX_PAIRS - 1] = '\0';
    ask(query);
    query[QUERY_MAX_PAIRS - 1] = '&';
    query[QUERY_MAX_PAIRS] = '\0';
    refusal(query);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_absent_has_its_default),
        cmocka_unit_test(what_is_given_arrives),
        cmocka_unit_test(booleans_take_the_words_clients_use),
        cmocka_unit_test(an_empty_boolean_is_false_for_docker_and_absent_for_libpod),
        cmocka_unit_test(an_empty_number_is_absent),
        cmocka_unit_test(repeated_names_follow_the_dialect),
        cmocka_unit_test(letter_case_counts_for_docker_only),
        cmocka_unit_test(unknown_names_are_collected_not_refused),
        cmocka_unit_test(errors_name_parameter_value_and_expectation),
        cmocka_unit_test(integers_are_strict),
        cmocka_unit_test(filters_take_lists_and_maps),
        cmocka_unit_test(an_empty_filter_is_none),
        cmocka_unit_test(what_is_no_filter_is_refused),
        cmocka_unit_test(text_with_a_nul_is_refused_in_filters),
        cmocka_unit_test(escapes_of_queries_are_strict),
        cmocka_unit_test(a_query_of_too_many_parts_is_refused),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
