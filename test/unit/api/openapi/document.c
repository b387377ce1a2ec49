#include "test/unit/api/memory.h"

#include "api/openapi/openapi.h"
#include "core/schema/json.h"
#include "test/unit/core/schema/sample.h"

#define LOOK_PARAMS(P)                                                      \
    P(PATH, STR, name, "name", NULL, "Which")                               \
    P(QUERY, BOOL, all, "all", "true", "All of them")                       \
    P(QUERY, I64, limit, "limit", "-1", "How many")                         \
    P(QUERY, ENUM, kind, "kind", "first|second", "One of two")              \
    P(QUERY, LIST, names, "names", NULL, "Names")                           \
    P(QUERY, FILTERS, filters, "filters", NULL, "Filters")                  \
    P(HEADER, STR, auth, "Authorization", NULL, "Said elsewhere")
PARAMS(look_params, LOOK_PARAMS)

static const struct route table[] = {
    { ROUTE(GET, "/look/{name...}/at"), .id = "Look", .tag = "looks", .summary = "Looks", .params = look_params_table,
      .responses = { { 200, sample_schema, "A sample", REPLY_OBJECT, NULL }, { 204, NULL, "Nothing", REPLY_OBJECT, NULL },
                     { 200, NULL, "Bytes", RAW, "application/x-tar" }, CONFLICT } },
    { ROUTE(POST, "/look/{name...}/at"), .id = "Make", .tag = "looks", .body_kind = BODY_JSON, .body = sample_inline_schema,
      .params = look_params_table, .responses = { { 201, sample_leaf_schema, "Leaves", LIST_REPLY, NULL } } },
    { ROUTE(GET, "/follow"), .id = "Follow", .responses = { { 200, sample_leaf_schema, "Leaves", STREAM, NULL } } },
    { ROUTE(POST, "/attach"), .id = "Attach", .responses = { { 200, NULL, "The stream", HIJACK, NULL } } },
    { ROUTE(GET, "/libpod/old"), .id = "Old", .until = 3, .responses = { { 200, NULL, "Old", REPLY_OBJECT, NULL } } },
    { ROUTE(GET, "/libpod/old"), .id = "New", .since = 4, .responses = { { 200, NULL, "New", REPLY_OBJECT, NULL } } },
    { 0 },
};
const struct route *const api_routes[] = { table, NULL };

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static const struct json *document(enum openapi_document which)
{
    autoerror *err = NULL;
    autobuf out = BUF(1 << 20);
    openapi_print(arena, which, &out);
    const struct json *json = json_parse(arena, out.data, out.len, SCHEMA_LIMITS, &err);
    if (!json)
        fail_msg("%s", err->message);
    return json;
}

/* Follows names separated by blanks; a number is the index in a list. */
static const struct json *at(const struct json *json, const char *way)
{
    struct str_list names = str_split(arena, way, ' ');
    for (size_t i = 0; json && i < names.count; i++) {
        if (json->kind != JSON_LIST_KIND) {
            json = json_get(json, names.items[i]);
            continue;
        }
        size_t index = (size_t)str_to_int(names.items[i]);
        json = index < json->count ? &json->members[index].value : NULL;
    }
    return json;
}

static const char *text_at(const struct json *json, const char *way)
{
    const struct json *value = at(json, way);
    if (!value)
        fail_msg("nothing at %s", way);
    autobuf out = BUF(1 << 16);
    json_print(&out, value);
    return arena_strdup(arena, buf_text(&out));
}

static void each_dialect_has_its_own_document(void **state)
{
    (void)state;
    const struct json *docker = document(OPENAPI_DOCKER), *libpod = document(OPENAPI_LIBPOD);
    assert_string_equal(text_at(docker, "openapi"), "\"3.1.0\"");
    assert_non_null(at(docker, "paths /follow get"));
    assert_null(at(docker, "paths /libpod/old"));
    assert_null(at(libpod, "paths /follow"));
    assert_string_equal(text_at(document(OPENAPI_LIBPOD_V2), "swagger"), "\"2.0\"");
}

static void one_path_has_all_its_methods(void **state)
{
    (void)state;
    const struct json *path = at(document(OPENAPI_DOCKER), "paths /look/{name}/at");
    assert_int_equal(path->count, 2);
    assert_string_equal(text_at(path, "get operationId"), "\"Look\"");
    assert_string_equal(text_at(path, "post operationId"), "\"Make\"");
}

static void of_two_versions_the_newer_is_documented(void **state)
{
    (void)state;
    assert_string_equal(text_at(document(OPENAPI_LIBPOD), "paths /libpod/old get operationId"), "\"New\"");
}

static void parameters_say_place_type_and_default(void **state)
{
    (void)state;
    const struct json *params = at(document(OPENAPI_DOCKER), "paths /look/{name}/at get parameters");
    assert_int_equal(params->count, 6);
    assert_string_equal(text_at(params, "0"), "{\"name\":\"name\",\"in\":\"path\",\"description\":\"Which\",\"required\":true,"
                                              "\"x-greedy\":true,\"schema\":{\"type\":\"string\"}}");
    assert_string_equal(text_at(params, "1 schema"), "{\"type\":\"boolean\",\"default\":true}");
    assert_string_equal(text_at(params, "2 schema"), "{\"type\":\"integer\",\"format\":\"int64\",\"default\":-1}");
    assert_string_equal(text_at(params, "3 schema"), "{\"type\":\"string\",\"enum\":[\"first\",\"second\"],\"default\":\"first\"}");
    assert_string_equal(text_at(params, "4 schema"), "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}");
    assert_string_equal(text_at(params, "5 content application/json schema type"), "\"object\"");
}

static void replies_of_one_status_are_merged(void **state)
{
    (void)state;
    const struct json *replies = at(document(OPENAPI_DOCKER), "paths /look/{name}/at get responses");
    assert_string_equal(text_at(replies, "200 content application/json schema $ref"), "\"#/components/schemas/Sample\"");
    assert_non_null(at(replies, "200 content application/x-tar"));
    assert_null(at(replies, "204 content"));
    assert_string_equal(text_at(replies, "409 content application/json schema $ref"), "\"#/components/schemas/Error\"");
    assert_string_equal(text_at(replies, "default $ref"), "\"#/components/responses/Error\"");
}

static void streams_lists_and_hijacks_show(void **state)
{
    (void)state;
    const struct json *paths = at(document(OPENAPI_DOCKER), "paths");
    assert_string_equal(text_at(paths, "/follow get responses 200 content application/json x-stream"), "true");
    assert_string_equal(text_at(paths, "/attach post responses 200 content application/vnd.docker.raw-stream x-hijack"), "true");
    assert_non_null(at(paths, "/attach post responses 101"));
    assert_string_equal(text_at(paths, "/look/{name}/at post responses 201 content application/json schema type"), "\"array\"");
}

static void a_reply_requires_all_it_does_not_omit_and_a_request_what_is_needed(void **state)
{
    (void)state;
    const struct json *types = at(document(OPENAPI_DOCKER), "components schemas");
    assert_string_equal(text_at(types, "Inline required"), "[\"Needed\"]");
    assert_string_equal(text_at(types, "Leaf required"), "[\"Name\"]");
    assert_string_equal(text_at(types, "Sample required"),
                        "[\"Needed\",\"Text\",\"Maybe\",\"Number\",\"Init\",\"Texts\",\"Numbers\",\"Labels\",\"Leaf\"]");
}

static void members_say_what_nothing_looks_like(void **state)
{
    (void)state;
    const struct json *members = at(document(OPENAPI_DOCKER), "components schemas Sample properties");
    assert_string_equal(text_at(members, "Maybe type"), "[\"string\",\"null\"]");
    assert_string_equal(text_at(members, "Init type"), "[\"boolean\",\"null\"]");
    assert_string_equal(text_at(members, "Limit type"), "\"integer\"");
    assert_string_equal(text_at(members, "Numbers type"), "[\"array\",\"null\"]");
    assert_string_equal(text_at(members, "Labels type"), "\"object\"");
    assert_string_equal(text_at(members, "Protocol enum"), "[\"tcp\",\"udp\",\"\"]");
    assert_string_equal(text_at(members, "Child $ref"), "\"#/components/schemas/Leaf\"");
    assert_string_equal(text_at(members, "Young x-since"), "\"1.44\"");
    assert_string_equal(text_at(members, "Old x-until"), "\"1.43\"");
    assert_string_equal(text_at(members, "Count minimum"), "0");
    assert_non_null(at(members, "Before")); /* of the embedded rows */
}

static void a_document_that_does_not_fit_shows(void **state)
{
    (void)state;
    autobuf out = BUF(100);
    openapi_print(arena, OPENAPI_DOCKER, &out);
    assert_true(out.full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_dialect_has_its_own_document),
        cmocka_unit_test(one_path_has_all_its_methods),
        cmocka_unit_test(of_two_versions_the_newer_is_documented),
        cmocka_unit_test(parameters_say_place_type_and_default),
        cmocka_unit_test(replies_of_one_status_are_merged),
        cmocka_unit_test(streams_lists_and_hijacks_show),
        cmocka_unit_test(a_reply_requires_all_it_does_not_omit_and_a_request_what_is_needed),
        cmocka_unit_test(members_say_what_nothing_looks_like),
        cmocka_unit_test(a_document_that_does_not_fit_shows),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
