#include "test/unit/api/memory.h"

#include "api/match.h"

/* The shapes of the real tables, with nothing behind them. */
static const struct route table[] = {
    { ROUTE(GET, "/_ping") },
    { ROUTE(GET, "/networks") },
    { ROUTE(GET, "/networks/") },
    { ROUTE(GET, "/containers/json") },
    { ROUTE(GET, "/containers/{id}/json") },
    { ROUTE(DELETE, "/containers/{id}") },
    { ROUTE(GET, "/images/json") },
    { ROUTE(GET, "/images/{name...}/json") },
    { ROUTE(GET, "/images/{name...}/get") },
    { ROUTE(GET, "/images/get") },
    { ROUTE(DELETE, "/images/{name...}") },
    { ROUTE(POST, "/images/{name...}/push") },
    { ROUTE(OPTIONS, "/{anyroute...}") },
    { ROUTE(GET, "/libpod/_ping") },
    { ROUTE(GET, "/libpod/images/{name...}/json") },
    { ROUTE(POST, "/libpod/manifests/{name...}"), .since = 4 },
    { ROUTE(POST, "/libpod/manifests/{name...}/add"), .until = 3 },
    { ROUTE(POST, "/libpod/manifests/{name...}/registry/{destination...}"), .since = 4 },
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

static struct match found(const char *method, const char *target)
{
    struct match match;
    autoerror *err = NULL;
    if (match_request(arena, method, target, &match, &err) < 0)
        fail_msg("%s: %s", target, err->message);
    return match;
}

static const char *route_of(const char *method, const char *target)
{
    struct match match = found(method, target);
    return match.result == MATCH_ROUTE ? match.route->path : "none";
}

static const char *name_of(const char *method, const char *target, const char *name)
{
    struct match match = found(method, target);
    return str_or(str_map_get(&match.names, name), "none");
}

static const char *refusal(const char *target)
{
    struct match match;
    struct error *err = NULL;
    assert_int_equal(match_request(arena, "GET", target, &match, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    const char *message = arena_strdup(arena, err->message);
    error_free(err);
    return message;
}

static void docker_versions_give_a_level(void **state)
{
    (void)state;
    assert_int_equal(found("GET", "/_ping").level, 56);
    assert_string_equal(found("GET", "/_ping").version_text, "");
    assert_int_equal(found("GET", "/v1.24/_ping").level, 24);
    assert_int_equal(found("GET", "/v1.56/_ping?x").level, 56);
    assert_int_equal(found("GET", "/v1.41.3/_ping").level, 41);
    assert_string_equal(found("GET", "/v1.41/_ping").version_text, "1.41");
}

static void docker_versions_out_of_range_are_refused_in_dockers_words(void **state)
{
    (void)state;
    assert_string_equal(refusal("/v1.23/_ping"),
                        "client version 1.23 is too old. Minimum supported API version is 1.24, "
                        "please upgrade your client to a newer version");
    assert_string_equal(refusal("/v1.57/_ping"),
                        "client version 1.57 is too new. Maximum supported API version is 1.56");
    assert_non_null(strstr(refusal("/v2/_ping"), "too new"));
    assert_non_null(strstr(refusal("/v1/_ping"), "too old"));
    assert_non_null(strstr(refusal("/v1.4.1/_ping"), "too old"));
    assert_non_null(strstr(refusal("/v1.56.1/_ping"), "too new"));
    assert_non_null(strstr(refusal("/v99999999999999999999.1/_ping"), "too new"));
    assert_non_null(strstr(refusal("/v1.99999999999999999999/_ping"), "too new"));
}

static void an_unknown_path_with_a_bad_version_is_unknown(void **state)
{
    (void)state;
    assert_int_equal(found("GET", "/v1.99/nothing").result, MATCH_NOTHING);
}

static void what_is_no_version_is_a_segment(void **state)
{
    (void)state;
    assert_int_equal(found("GET", "/vfoo/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/v.1/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/v1.41-foo/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/v1.41").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/v1.41/v1.41/_ping").result, MATCH_NOTHING);
}

static void libpod_takes_any_version_or_none(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        unsigned major;
    } cases[] = { { "/libpod/_ping", 5 },       { "/v5.4.2/libpod/_ping", 5 },   { "/v1.12/libpod/_ping", 1 },
                  { "/v3.4.0/libpod/_ping", 3 }, { "/v5.0.0-dev/libpod/_ping", 5 }, { "/v99/libpod/_ping", 99 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct match match = found("GET", cases[i].target);
        assert_int_equal(match.result, MATCH_ROUTE);
        assert_int_equal(match.dialect, DIALECT_LIBPOD);
        assert_int_equal(match.libpod_major, cases[i].major);
        assert_int_equal(match.level, cases[i].major);
    }
    assert_string_equal(found("GET", "/v5.0.0-dev/libpod/_ping").version_text, "5.0.0-dev");
}

static void libpod_routes_can_belong_to_some_majors(void **state)
{
    (void)state;
    assert_string_equal(route_of("POST", "/v3.4.0/libpod/manifests/x/add"), "/libpod/manifests/{name...}/add");
    assert_string_equal(route_of("POST", "/v5.0.0/libpod/manifests/x/add"), "/libpod/manifests/{name...}");
    assert_string_equal(name_of("POST", "/v5.0.0/libpod/manifests/x/add", "name"), "x/add");
    assert_int_equal(found("POST", "/v3.4.0/libpod/manifests/x").result, MATCH_NOTHING);
}

static void literals_win_over_names(void **state)
{
    (void)state;
    assert_string_equal(route_of("GET", "/containers/json"), "/containers/json");
    assert_string_equal(route_of("GET", "/containers/json/json"), "/containers/{id}/json");
    assert_string_equal(route_of("GET", "/images/get"), "/images/get");
    assert_string_equal(route_of("GET", "/images/get/get"), "/images/{name...}/get");
}

static void the_longest_name_wins(void **state)
{
    (void)state;
    assert_string_equal(name_of("GET", "/images/docker.io/library/alpine/json", "name"), "docker.io/library/alpine");
    assert_string_equal(name_of("GET", "/images/a/json/json", "name"), "a/json");
    assert_string_equal(name_of("POST", "/images/a/push/push", "name"), "a/push");
    assert_string_equal(name_of("DELETE", "/images/a/push", "name"), "a/push");
    assert_string_equal(name_of("POST", "/v5/libpod/manifests/a/registry/b/registry/c/d", "name"), "a/registry/b");
    assert_string_equal(name_of("POST", "/v5/libpod/manifests/a/registry/b/registry/c/d", "destination"), "c/d");
}

static void one_name_takes_one_segment(void **state)
{
    (void)state;
    assert_int_equal(found("GET", "/containers/a/b/json").result, MATCH_NOTHING);
    assert_string_equal(name_of("GET", "/containers/a%2Fb/json", "id"), "a/b");
    assert_int_equal(found("DELETE", "/containers/").result, MATCH_NOTHING);
}

static void escapes_are_decoded_once_and_strictly(void **state)
{
    (void)state;
    assert_string_equal(name_of("GET", "/containers/a%2525%C3%A9/json", "id"), "a%25\xc3\xa9");
    assert_string_equal(name_of("GET", "/containers/a+b/json", "id"), "a+b");
    assert_string_equal(name_of("GET", "/images/docker.io%2Flibrary%2falpine/json", "name"),
                        "docker.io/library/alpine");
    assert_string_equal(route_of("GET", "/%5fping"), "/_ping");
    assert_non_null(strstr(refusal("/containers/%00/json"), "%00"));
    assert_non_null(strstr(refusal("/containers/a%4/json"), "%4"));
    assert_non_null(strstr(refusal("/containers/%zz/json"), "%zz"));
    assert_non_null(strstr(refusal("/containers/%"), "\"%\""));
}

static void an_escaped_libpod_is_not_the_dialects_mark(void **state)
{
    (void)state;
    assert_int_equal(found("GET", "/%6cibpod/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/v1.41/%6cibpod/_ping").result, MATCH_NOTHING);
}

static void doubled_slashes_and_dots_lead_to_the_clean_path(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "/v1.41/containers//web/json?all=1", "/v1.41/containers/web/json?all=1" },
        { "//_ping", "/_ping" },
        { "//evil.example/x", "/evil.example/x" },
        { "/a/../_ping", "/_ping" },
        { "/./_ping", "/_ping" },
        { "/networks//", "/networks/" },
        { "//", "/" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct match match = found("GET", cases[i][0]);
        assert_int_equal(match.result, MATCH_ELSEWHERE);
        assert_string_equal(match.location, cases[i][1]);
    }
    assert_int_equal(found("GET", "/_ping?x=a//b/../c").result, MATCH_ROUTE);
}

static void a_trailing_slash_is_another_path(void **state)
{
    (void)state;
    assert_string_equal(route_of("GET", "/networks/"), "/networks/");
    assert_string_equal(route_of("GET", "/networks"), "/networks");
    assert_int_equal(found("GET", "/_ping/").result, MATCH_NOTHING);
    assert_int_equal(found("DELETE", "/images/a/").result, MATCH_NOTHING);
}

static void a_wrong_method_shows_on_libpod_only(void **state)
{
    (void)state;
    assert_int_equal(found("PATCH", "/libpod/_ping").result, MATCH_METHOD);
    assert_int_equal(found("OPTIONS", "/libpod/_ping").result, MATCH_METHOD);
    assert_int_equal(found("GET", "/libpod/nothing").result, MATCH_NOTHING);
    assert_int_equal(found("PATCH", "/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("HEAD", "/containers/json").result, MATCH_NOTHING);
    assert_int_equal(found("get", "/_ping").result, MATCH_NOTHING);
}

static void a_path_of_one_name_takes_everything_of_its_method(void **state)
{
    (void)state;
    assert_string_equal(route_of("OPTIONS", "/containers/json"), "/{anyroute...}");
    assert_string_equal(route_of("OPTIONS", "/v1.41/x"), "/{anyroute...}");
}

static void hostile_paths_end(void **state)
{
    (void)state;
    char *deep = arena_zalloc(arena, 4096);
    for (size_t i = 0; i < 1000; i++)
        strcpy(deep + 2 * i, "/a");
    assert_non_null(strstr(refusal(deep), "segments"));
    assert_int_equal(found("GET", "").result, MATCH_NOTHING);
    assert_int_equal(found("OPTIONS", "*").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "http://x/_ping").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "/").result, MATCH_NOTHING);
    assert_int_equal(found("GET", "?").result, MATCH_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(docker_versions_give_a_level),
        cmocka_unit_test(docker_versions_out_of_range_are_refused_in_dockers_words),
        cmocka_unit_test(an_unknown_path_with_a_bad_version_is_unknown),
        cmocka_unit_test(what_is_no_version_is_a_segment),
        cmocka_unit_test(libpod_takes_any_version_or_none),
        cmocka_unit_test(libpod_routes_can_belong_to_some_majors),
        cmocka_unit_test(literals_win_over_names),
        cmocka_unit_test(the_longest_name_wins),
        cmocka_unit_test(one_name_takes_one_segment),
        cmocka_unit_test(escapes_are_decoded_once_and_strictly),
        cmocka_unit_test(an_escaped_libpod_is_not_the_dialects_mark),
        cmocka_unit_test(doubled_slashes_and_dots_lead_to_the_clean_path),
        cmocka_unit_test(a_trailing_slash_is_another_path),
        cmocka_unit_test(a_wrong_method_shows_on_libpod_only),
        cmocka_unit_test(a_path_of_one_name_takes_everything_of_its_method),
        cmocka_unit_test(hostile_paths_end),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
