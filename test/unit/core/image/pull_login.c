#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/image/pulling.h"

/* Everything but the token is refused without it. */
static void ask_for_token(struct place *place, const char *name, const char *token)
{
    struct arena *arena = place->home->arena;
    const char *challenge = arena_printf(
        arena, "Www-Authenticate: Bearer realm=\"http://%s/token\",service=\"s\",scope=\"repository:%s:pull\"\r\n",
        place->fake->host, name);
    for (size_t i = 0; i < place->fake->rule_count; i++) {
        struct fake_rule *rule = &place->fake->rules[i];
        if (!strcmp(rule->path, "/v2/")) {
            *rule = (struct fake_rule){ .path = "/v2/", .status = 401, .headers = challenge, .body = "{}", .len = 2 };
            continue;
        }
        if (!strncmp(rule->path, "/v2/", 4) && !rule->unless) {
            struct fake_rule open = *rule;
            *rule = (struct fake_rule){ .path = open.path,
                                        .unless = arena_printf(arena, "Bearer %s", token),
                                        .status = 401,
                                        .headers = challenge };
            fake_add(place->fake, open)->unless = "";
        }
    }
}

static void a_token_is_fetched_once_and_used(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 3, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t1\",\"expires_in\":300}" });
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_int_equal(fake_asked(place->fake, "GET /token?service=s&scope=repository%3Aa%3Apull\n"), 1);
    assert_int_equal(fake_asked(place->fake, "GET /token"), 1);
}

static void credentials_go_to_the_token_server_alone(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .unless = BASIC_U_P, .status = 401 });
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"access_token\":\"t1\"}" });
    pull_ok(place, "a", (struct pull_options){ .auth = &u_p }, &heard, made.id);
    assert_int_equal(
        fake_asked(place->fake, "GET /token?account=u&service=s&scope=repository%3Aa%3Apull " BASIC_U_P "\n"), 1);
    assert_null(strstr(strstr(place->fake->log.data, "/v2/a"), BASIC_U_P));
}

static void an_identity_token_is_traded_by_post(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    const struct registry_auth auth = { .identity_token = "id&token" };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"access_token\":\"t1\"}" });
    pull_ok(place, "a", (struct pull_options){ .auth = &auth }, &heard, made.id);
    assert_int_equal(
        fake_asked(place->fake, "POST /token grant_type=refresh_token&service=s&scope=repository%3Aa%3Apull"), 1);
    assert_non_null(strstr(place->fake->log.data, "refresh_token=id%26token"));
}

static void a_redirected_form_is_not_sent_on(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct fake *other = fake_start();
    const struct registry_auth auth = { .identity_token = "secret" };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    fake_add(place->fake,
             (struct fake_rule){ .path = "/token",
                                 .status = 307,
                                 .headers = arena_printf(home->arena, "Location: http://%s/token\r\n", other->host) });
    assert_int_equal(pull_wrong(place, "a", (struct pull_options){ .auth = &auth }), -1);
    error_clear(&home->err);
    assert_int_equal(fake_asked(other, ""), 0);
    fake_stop(other);
}

static void a_token_that_is_refused_is_fetched_anew_once(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 2, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t2");
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t1\"}", .times = 1 });
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t2\"}", .times = 1 });
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_int_equal(fake_asked(place->fake, "GET /token"), 2);
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t3\"}" });
    FAILS(pull_wrong(place, "a", plain_options), ERROR_UNAUTHORIZED, "authentication required");
}

static void wrong_credentials_are_unauthorized(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    fake_add(place->fake, (struct fake_rule){ .path = "/token",
                                              .status = 401,
                                              .body = "{\"details\":\"incorrect username or password\"}" });
    FAILS(pull_wrong(place, "a", (struct pull_options){ .auth = &u_p }), ERROR_UNAUTHORIZED,
          "incorrect username or password");
}

static void answers_of_token_servers_are_not_trusted(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const answers[] = {
        "", "{}", "[]", "{\"token\":\"\"}", "{\"token\":\"a\\r\\nX: b\"}", "{\"token\":1}"
    };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    ask_for_token(place, "a", "t1");
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = answers[i], .times = 1 });
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        assert_int_equal(pull_wrong(place, "a", plain_options), -1);
        assert_int_equal(home->err->kind, ERROR_INVALID);
        error_clear(&home->err);
    }
}

static void whom_a_blob_is_redirected_to_gets_no_credentials(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct fake *other = fake_start();
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    const char *layer = arena_printf(home->arena, "/v2/a/blobs/%s", made.blobs[0].digest);
    for (size_t i = 0; i < place->fake->rule_count; i++)
        if (!strcmp(place->fake->rules[i].path, layer))
            place->fake->rules[i] =
                (struct fake_rule){ .path = layer,
                                    .status = 307,
                                    .headers =
                                        arena_printf(home->arena, "Location: http://%s/store\r\n", other->host) };
    ask_for_token(place, "a", "t1");
    fake_add(place->fake, (struct fake_rule){ .path = "/token", .body = "{\"token\":\"t1\"}" });
    fake_add(other, (struct fake_rule){
                        .path = "/store",
                        .status = 401,
                        .headers = arena_printf(home->arena, "Www-Authenticate: Bearer realm=\"http://%s/steal\"\r\n",
                                                other->host),
                        .body = "no",
                        .times = 1 });
    FAILS(pull_wrong(place, "a", (struct pull_options){ .auth = &u_p }), ERROR_UNAUTHORIZED,
          "no (the registry answers 401)");
    fake_add(other, (struct fake_rule){ .path = "/store", .body = made.blobs[0].data, .len = made.blobs[0].len });
    pull_ok(place, "a", (struct pull_options){ .auth = &u_p }, &heard, made.id);
    assert_string_equal(other->log.data, "GET /store\nGET /store\n");
    fake_stop(other);
}

static void basic_credentials_come_from_the_files_or_the_client(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    for (size_t i = 0; i < place->fake->rule_count; i++)
        place->fake->rules[i].times = -1;
    fake_add(place->fake,
             (struct fake_rule){ .path = "/v2/", .status = 401, .headers = "Www-Authenticate: Basic realm=\"r\"\r\n" });
    const char *manifest = "/v2/a/manifests/latest";
    fake_add(place->fake, (struct fake_rule){ .path = manifest,
                                              .unless = BASIC_U_P,
                                              .status = 401,
                                              .headers = "Www-Authenticate: Basic realm=\"r\"\r\n" });
    serve_image(place, "a", "latest", &made);
    FAILS(pull_wrong(place, "a", plain_options), ERROR_UNAUTHORIZED, "authentication required");
    pull_ok(place, "a", (struct pull_options){ .auth = &u_p }, &heard, made.id);
    home_write(home, AUTH, arena_printf(home->arena, "{\"auths\":{\"%s\":{\"auth\":\"dTpw\"}}}", place->fake->host));
    pull_ok(place, "a", plain_options, &heard, made.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(a_token_is_fetched_once_and_used),
        WITH_REGISTRY(credentials_go_to_the_token_server_alone),
        WITH_REGISTRY(an_identity_token_is_traded_by_post),
        WITH_REGISTRY(a_redirected_form_is_not_sent_on),
        WITH_REGISTRY(a_token_that_is_refused_is_fetched_anew_once),
        WITH_REGISTRY(wrong_credentials_are_unauthorized),
        WITH_REGISTRY(answers_of_token_servers_are_not_trusted),
        WITH_REGISTRY(whom_a_blob_is_redirected_to_gets_no_credentials),
        WITH_REGISTRY(basic_credentials_come_from_the_files_or_the_client),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
