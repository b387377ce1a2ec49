#include "test/unit/api/memory.h"

#include "core/container/container.h"
#include "test/unit/core/schema/sample.h"

#define LOOK_PARAMS(P)                                        \
    P(PATH, STR, name, "name", NULL, "Which")                 \
    P(QUERY, BOOL, all, "all", "false", "All of them")
PARAMS(look_params, LOOK_PARAMS)

static int reply_leaf(struct call *call, struct error **err)
{
    const struct look_params *p = call->params;
    struct sample_leaf leaf = { .name = p->name, .size = p->all };
    return reply(call, 200, sample_leaf_schema(), &leaf, err);
}

static int fail_as_named(struct call *call, struct error **err)
{
    const struct look_params *p = call->params;
    static const struct {
        const char *name;
        enum error_kind kind;
    } kinds[] = {
        { "internal", ERROR_INTERNAL },       { "invalid", ERROR_INVALID },     { "unauthorized", ERROR_UNAUTHORIZED },
        { "forbidden", ERROR_FORBIDDEN },     { "not-found", ERROR_NOT_FOUND }, { "not-modified", ERROR_NOT_MODIFIED },
        { "conflict", ERROR_CONFLICT },       { "too-large", ERROR_TOO_LARGE }, { "unsupported", ERROR_UNSUPPORTED },
        { "unavailable", ERROR_UNAVAILABLE }, { "timeout", ERROR_TIMEOUT },     { "cancelled", ERROR_CANCELLED },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (!strcmp(p->name, kinds[i].name)) {
            error_set(err, kinds[i].kind, 0, "the \"cause\"");
            return error_wrap(err, "doing it");
        }
    return 0;
}

static int echo_body(struct call *call, struct error **err)
{
    return call->body ? reply(call, 200, sample_leaf_schema(), call->body, err) : reply_empty(call, 204, err);
}

static int stream_three(struct call *call, struct error **err)
{
    for (int i = 0; i < 3; i++) {
        struct sample_leaf leaf = { .name = "leaf", .size = i };
        if (reply_next(call, sample_leaf_schema(), &leaf, err) < 0)
            return -1;
    }
    return 0;
}

static int stream_then_fail(struct call *call, struct error **err)
{
    struct sample_leaf leaf = { .name = "leaf" };
    if (reply_next(call, sample_leaf_schema(), &leaf, err) < 0)
        return -1;
    return error_set(err, ERROR_CONFLICT, 0, "after the first byte");
}

static int say_nothing(struct call *call, struct error **err)
{
    (void)call, (void)err;
    return 0;
}

static int write_raw(struct call *call, struct error **err)
{
    return call->sink.write(call->sink.context, "bytes", 5, err);
}

static int list_leaves(struct call *call, struct error **err)
{
    struct sample_leaf *leaves = NULL;
    size_t count = 0;
    for (; count < 5; count++) {
        leaves = call_grow(call, leaves, count, sizeof *leaves);
        leaves[count] = (struct sample_leaf){ .name = "x", .size = (int64_t)count };
    }
    return reply_list(call, 200, sample_leaf_schema(), leaves, count, err);
}

static int attach(struct call *call, struct error **err)
{
    struct container_client client;
    int fd;
    const void *early;
    size_t early_len;
    call_client(call, "application/vnd.docker.raw-stream", &client);
    if (client.begin(client.context, &fd, &early, &early_len, err) < 0)
        return -1;
    ssize_t n = send(fd, "hello", 5, MSG_NOSIGNAL);
    close(fd);
    return n == 5 ? 0 : error_set(err, ERROR_INTERNAL, 0, "short");
}

static int level_shape(struct call *call, struct error **err)
{
    struct sample sample = { .young = "young", .old = "old" };
    return reply(call, 200, sample_schema(), &sample, err);
}

#define LEAF { 200, sample_leaf_schema, "A leaf", REPLY_OBJECT, NULL }
#define STREAMED { 200, sample_leaf_schema, "Leaves", STREAM, NULL }
static const struct route table[] = {
    { ROUTE(GET, "/look/{name}"), .params = look_params_table, .handler = reply_leaf, .responses = { LEAF } },
    { ROUTE(HEAD, "/look/{name}"), .params = look_params_table, .handler = reply_leaf, .responses = { LEAF } },
    { ROUTE(GET, "/libpod/look/{name}"), .params = look_params_table, .handler = reply_leaf, .responses = { LEAF } },
    { ROUTE(GET, "/fail/{name}"), .params = look_params_table, .handler = fail_as_named,
      .responses = { { 401, NULL, "", 0, NULL },
                     { 403, NULL, "", 0, NULL },
                     { 304, NULL, "", 0, NULL },
                     NO_SUCH_IMAGE,
                     CONFLICT } },
    { ROUTE(GET, "/libpod/fail/{name}"), .params = look_params_table, .handler = fail_as_named,
      .responses = { NO_SUCH_IMAGE } },
    { ROUTE(POST, "/echo"), .body_kind = BODY_JSON, .body = sample_leaf_schema, .handler = echo_body,
      .responses = { LEAF } },
    { ROUTE(POST, "/maybe"), .body_kind = BODY_JSON_OPTIONAL, .body = sample_leaf_schema, .handler = echo_body,
      .responses = { LEAF, { 204, NULL, "Nothing came", 0, NULL } } },
    { ROUTE(POST, "/libpod/echo"), .body_kind = BODY_JSON, .body = sample_leaf_schema, .handler = echo_body,
      .responses = { LEAF } },
    { ROUTE(GET, "/stream"), .handler = stream_three, .responses = { STREAMED } },
    { ROUTE(GET, "/broken"), .handler = stream_then_fail, .responses = { STREAMED, CONFLICT } },
    { ROUTE(GET, "/empty"), .handler = say_nothing, .responses = { { 200, NULL, "Bytes", RAW, "application/x-tar" } } },
    { ROUTE(GET, "/raw"), .handler = write_raw, .responses = { { 200, NULL, "Bytes", RAW, "application/x-tar" } } },
    { ROUTE(GET, "/list"), .handler = list_leaves,
      .responses = { { 200, sample_leaf_schema, "Leaves", LIST_REPLY, NULL } } },
    { ROUTE(POST, "/attach"), .handler = attach, .responses = { { 200, NULL, "The stream", HIJACK, NULL } } },
    { ROUTE(GET, "/level"), .handler = level_shape,
      .responses = { { 200, sample_schema, "A sample", REPLY_OBJECT, NULL } } },
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

static void an_object_is_one_write_of_known_length(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/v1.41/look/a?all=1"), 200);
    assert_string_equal(memory_body(&m), "{\"Name\":\"a\",\"Size\":1}\n");
    assert_string_equal(m.reply_type, "application/json");
    assert_int_equal(m.reply_length, m.reply.len);
    assert_int_equal(m.writes, 1);
    assert_true(m.open);
}

static void head_has_the_head_alone(void **state)
{
    (void)state;
    assert_int_equal(memory_send(&m, "HEAD", "/look/a"), 200);
    assert_int_equal(m.writes, 0);
}

static void docker_answers_carry_its_headers(void **state)
{
    (void)state;
    memory_get(&m, "/look/a");
    assert_string_equal(memory_header(&m, "api-version"), "1.56");
    assert_string_equal(memory_header(&m, "Ostype"), "linux");
    assert_string_equal(memory_header(&m, "Docker-Experimental"), "false");
    assert_non_null(strstr(memory_header(&m, "Server"), "Docker/"));
    assert_null(memory_header(&m, "Warning"));
}

static void a_refused_version_is_a_400_with_dockers_headers(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/v1.99/look/a"), 400);
    assert_non_null(strstr(memory_body(&m), "is too new. Maximum supported API version is 1.56"));
    assert_string_equal(memory_header(&m, "Api-Version"), "1.56");
    assert_null(memory_header(&m, "Docker-Experimental"));
}

static void libpod_answers_echo_the_reference(void **state)
{
    (void)state;
    memory_set_header(&m, "x-reference-id", "abc");
    memory_get(&m, "/v5.0.0/libpod/look/a");
    assert_string_equal(memory_header(&m, "X-Reference-Id"), "abc");
    assert_non_null(memory_header(&m, "Libpod-Api-Version"));
    memory_get(&m, "/v5.0.0/libpod/look/a");
    assert_string_not_equal(memory_header(&m, "X-Reference-Id"), "abc");
}

static void unrouted_paths_speak_their_dialect(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/nothing"), 404);
    assert_string_equal(memory_body(&m), "{\"message\":\"page not found\"}\n");
    assert_string_equal(m.reply_type, "application/json");
    assert_int_equal(memory_delete(&m, "/look/a"), 404);
    assert_int_equal(memory_get(&m, "/libpod/nothing"), 404);
    assert_string_equal(memory_body(&m), "Not Found\n");
    assert_string_equal(m.reply_type, "text/plain; charset=utf-8");
    assert_string_equal(memory_header(&m, "X-Content-Type-Options"), "nosniff");
    assert_null(memory_header(&m, "Libpod-Api-Version"));
    assert_int_equal(memory_delete(&m, "/libpod/look/a"), 405);
    assert_string_equal(memory_body(&m), "Method Not Allowed\n");
}

static void a_doubled_slash_is_redirected(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/v1.41/look//a?all=1"), 301);
    assert_string_equal(memory_header(&m, "Location"), "/v1.41/look/a?all=1");
    assert_int_equal(m.reply.len, 0);
}

static void each_kind_of_error_has_its_status(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        { "/fail/internal", 500 },    { "/fail/invalid", 400 },   { "/fail/unauthorized", 401 },
        { "/fail/forbidden", 403 },   { "/fail/not-found", 404 }, { "/fail/not-modified", 304 },
        { "/fail/conflict", 409 },    { "/fail/too-large", 413 }, { "/fail/unsupported", 501 },
        { "/fail/unavailable", 503 }, { "/fail/timeout", 504 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(memory_get(&m, cases[i].target), cases[i].status);
        assert_true(m.open);
    }
}

static void docker_errors_are_a_message(void **state)
{
    (void)state;
    memory_get(&m, "/fail/conflict");
    assert_string_equal(memory_body(&m), "{\"message\":\"doing it: the \\\"cause\\\"\"}\n");
}

static void libpod_errors_have_cause_message_and_response(void **state)
{
    (void)state;
    memory_get(&m, "/libpod/fail/not-found");
    assert_string_equal(
        memory_body(&m),
        "{\"cause\":\"the \\\"cause\\\"\",\"message\":\"doing it: the \\\"cause\\\"\",\"response\":404}\n");
}

static void not_modified_has_no_body(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/fail/not-modified"), 304);
    assert_int_equal(m.writes, 0);
    assert_null(m.reply_type);
}

static void a_client_that_left_gets_nothing(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/fail/cancelled"), 0);
    assert_false(m.open);
}

static void a_stream_is_a_document_per_line(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/stream"), 200);
    assert_string_equal(memory_body(&m),
                        "{\"Name\":\"leaf\"}\n{\"Name\":\"leaf\",\"Size\":1}\n{\"Name\":\"leaf\",\"Size\":2}\n");
    assert_int_equal(m.reply_length, -1);
    assert_int_equal(m.writes, 3);
}

static void an_error_after_the_first_byte_cuts_the_connection(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/broken"), 200);
    assert_string_equal(memory_body(&m), "{\"Name\":\"leaf\"}\n");
    assert_false(m.open);
}

static void a_client_that_leaves_ends_the_stream(void **state)
{
    (void)state;
    m.client_leaves = true;
    assert_int_equal(memory_get(&m, "/stream"), 200);
    assert_false(m.open);
    m.client_leaves = false;
}

static void raw_bytes_begin_the_declared_reply(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/raw"), 200);
    assert_string_equal(m.reply_type, "application/x-tar");
    assert_string_equal(memory_body(&m), "bytes");
    assert_int_equal(memory_get(&m, "/empty"), 200);
    assert_string_equal(m.reply_type, "application/x-tar");
    assert_int_equal(m.reply.len, 0);
}

static void lists_grow_and_are_replied_as_one(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/list"), 200);
    assert_string_equal(memory_body(&m), "[{\"Name\":\"x\"},{\"Name\":\"x\",\"Size\":1},{\"Name\":\"x\",\"Size\":2},"
                                         "{\"Name\":\"x\",\"Size\":3},{\"Name\":\"x\",\"Size\":4}]\n");
}

static void a_body_is_decoded_whatever_its_pieces(void **state)
{
    (void)state;
    assert_int_equal(memory_post(&m, "/echo", "{\"name\":\"a longer name than one piece\",\"SIZE\":3}"), 200);
    assert_string_equal(memory_body(&m), "{\"Name\":\"a longer name than one piece\",\"Size\":3}\n");
}

static void a_wrong_body_names_member_value_and_expectation(void **state)
{
    (void)state;
    assert_int_equal(memory_post(&m, "/echo", "{\"Size\":\"x\"}"), 400);
    assert_string_equal(memory_body(&m), "{\"message\":\"Size: got \\\"x\\\", expected an integer\"}\n");
    assert_int_equal(memory_post(&m, "/echo", "{"), 400);
    assert_int_equal(memory_post(&m, "/echo", "{} {}"), 400);
    assert_int_equal(memory_post(&m, "/echo", "[]"), 400);
    assert_int_equal(memory_post(&m, "/echo", "null"), 400);
    assert_int_equal(memory_post(&m, "/echo", NULL), 400);
    assert_non_null(strstr(memory_body(&m), "body: empty"));
}

static void a_body_of_another_type_is_refused_by_docker_only(void **state)
{
    (void)state;
    m.body = "{}";
    m.body_len = 2;
    m.content_type = "text/plain";
    assert_int_equal(memory_send(&m, "POST", "/echo"), 400);
    assert_string_equal(memory_body(&m),
                        "{\"message\":\"unsupported Content-Type header (text/plain): must be 'application/json'\"}\n");
    m.body = "{}";
    m.body_len = 2;
    m.content_type = "Application/JSON; charset=utf-8";
    assert_int_equal(memory_send(&m, "POST", "/echo"), 200);
    m.body = "{}";
    m.body_len = 2;
    m.content_type = "application/tar";
    assert_int_equal(memory_send(&m, "POST", "/libpod/echo"), 200);
}

static void an_optional_body_may_be_missing_empty_or_null(void **state)
{
    (void)state;
    assert_int_equal(memory_post(&m, "/maybe", NULL), 204);
    assert_int_equal(memory_post(&m, "/maybe", " \n"), 204);
    assert_int_equal(memory_post(&m, "/maybe", "null\n"), 204);
    assert_int_equal(memory_post(&m, "/maybe", "nullx"), 400);
    assert_int_equal(memory_post(&m, "/maybe", "{}"), 200);
}

static void a_body_past_the_limit_is_a_413(void **state)
{
    (void)state;
    size_t len = (16u << 20) + 1;
    char *big = malloc(len + 1);
    memset(big, ' ', len);
    memcpy(big, "{}", 2);
    big[len] = '\0';
    assert_int_equal(memory_post(&m, "/echo", big), 413);
    big[len - 1] = '\0';
    assert_int_equal(memory_post(&m, "/echo", big), 200);
    free(big);
}

static void unknown_names_are_a_warning_and_refused_when_strict(void **state)
{
    (void)state;
    assert_int_equal(memory_get(&m, "/look/a?foo=1&b%0d%0ar=2"), 200);
    assert_string_equal(memory_header(&m, "Warning"),
                        "299 coracled \"ignored unknown parameter or member: foo, b??r\"");
    assert_int_equal(memory_post(&m, "/echo", "{\"Nam\":\"x\"}"), 200);
    assert_non_null(strstr(memory_header(&m, "Warning"), "Nam"));
    m.api.strict = true;
    assert_int_equal(memory_get(&m, "/look/a?foo=1"), 400);
    assert_non_null(strstr(memory_body(&m), "foo"));
    assert_int_equal(memory_post(&m, "/echo", "{\"Nam\":\"x\"}"), 400);
    m.api.strict = false;
}

static void a_hijack_drops_the_body_and_ends_the_connection(void **state)
{
    (void)state;
    char text[8] = { 0 };
    assert_int_equal(memory_post(&m, "/attach", "{\"a\":\"body dockerode sends along\"}"), 101);
    assert_string_equal(m.reply_type, "application/vnd.docker.raw-stream");
    assert_false(m.open);
    assert_int_equal(recv(m.peer, text, sizeof text, 0), 5);
    assert_string_equal(text, "hello");
}

static void an_answer_is_shaped_by_the_level_of_the_url(void **state)
{
    (void)state;
    memory_get(&m, "/v1.43/level");
    assert_non_null(strstr(memory_body(&m), "\"Old\""));
    assert_null(strstr(memory_body(&m), "\"Young\""));
    memory_get(&m, "/v1.44/level");
    assert_null(strstr(memory_body(&m), "\"Old\""));
    assert_non_null(strstr(memory_body(&m), "\"Young\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_one_write_of_known_length),
        cmocka_unit_test(head_has_the_head_alone),
        cmocka_unit_test(docker_answers_carry_its_headers),
        cmocka_unit_test(a_refused_version_is_a_400_with_dockers_headers),
        cmocka_unit_test(libpod_answers_echo_the_reference),
        cmocka_unit_test(unrouted_paths_speak_their_dialect),
        cmocka_unit_test(a_doubled_slash_is_redirected),
        cmocka_unit_test(each_kind_of_error_has_its_status),
        cmocka_unit_test(docker_errors_are_a_message),
        cmocka_unit_test(libpod_errors_have_cause_message_and_response),
        cmocka_unit_test(not_modified_has_no_body),
        cmocka_unit_test(a_client_that_left_gets_nothing),
        cmocka_unit_test(a_stream_is_a_document_per_line),
        cmocka_unit_test(an_error_after_the_first_byte_cuts_the_connection),
        cmocka_unit_test(a_client_that_leaves_ends_the_stream),
        cmocka_unit_test(raw_bytes_begin_the_declared_reply),
        cmocka_unit_test(lists_grow_and_are_replied_as_one),
        cmocka_unit_test(a_body_is_decoded_whatever_its_pieces),
        cmocka_unit_test(a_wrong_body_names_member_value_and_expectation),
        cmocka_unit_test(a_body_of_another_type_is_refused_by_docker_only),
        cmocka_unit_test(an_optional_body_may_be_missing_empty_or_null),
        cmocka_unit_test(a_body_past_the_limit_is_a_413),
        cmocka_unit_test(unknown_names_are_a_warning_and_refused_when_strict),
        cmocka_unit_test(a_hijack_drops_the_body_and_ends_the_connection),
        cmocka_unit_test(an_answer_is_shaped_by_the_level_of_the_url),
    };
    return cmocka_run_group_tests(tests, open_memory, close_memory);
}
