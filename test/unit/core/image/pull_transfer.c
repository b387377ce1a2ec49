#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/image/pulling.h"

/* ---- transfers that fail ---- */

static void a_body_that_breaks_off_is_read_on_from_there(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 200000);
    struct bytes blob = made.blobs[0];
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, made.manifest);
    serve_blob(place, "a", made.config);
    struct fake_rule *broken = serve_blob(place, "a", blob);
    broken->cut = blob.len / 3;
    broken->times = 2;
    serve_blob(place, "a", blob);
    pull_ok(place, "a", plain_options, &heard, made.id);
    const char *start = arena_printf(place->home->arena, "GET /v2/a/blobs/%s", blob.digest);
    assert_int_equal(fake_asked(place->fake, start), 3);
    assert_int_equal(fake_asked(place->fake, arena_printf(place->home->arena, "%s from %zu", start, blob.len / 3)), 1);
    assert_int_equal(
        fake_asked(place->fake, arena_printf(place->home->arena, "%s from %zu", start, 2 * (blob.len / 3))), 1);
}

static void a_registry_without_ranges_sends_it_again(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 200000);
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, made.manifest);
    serve_blob(place, "a", made.config);
    struct fake_rule *broken = serve_blob(place, "a", made.blobs[0]);
    broken->cut = made.blobs[0].len / 2;
    broken->times = 1;
    serve_blob(place, "a", made.blobs[0])->no_ranges = true;
    pull_ok(place, "a", plain_options, &heard, made.id);
}

static void one_that_always_breaks_off_is_given_up(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct made made = make_image(place, "amd64", 1, 200000);
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, made.manifest);
    serve_blob(place, "a", made.config);
    struct fake_rule *broken = serve_blob(place, "a", made.blobs[0]);
    broken->cut = 100;
    broken->times = 1;
    fake_add(place->fake, (struct fake_rule){ .path = broken->path, .status = 416, .body = "no such range" });
    FAILS(pull_wrong(place, "a", plain_options), ERROR_UNAVAILABLE, "no such range (the registry answers 416)");
    nothing_is_left(place);
}

static void a_busy_registry_is_asked_again(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    fake_add(place->fake, (struct fake_rule){ .path = "/v2/a/manifests/latest",
                                              .status = 429,
                                              .headers = "Retry-After: 0\r\n",
                                              .body = "later",
                                              .times = 1 });
    struct fake_rule *busy = serve_blob(place, "a", made.blobs[0]);
    busy->status = 503;
    busy->times = 1;
    serve_image(place, "a", "latest", &made);
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_int_equal(fake_asked(place->fake, "GET /v2/a/manifests/latest"), 2);
}

static void an_unknown_name_is_not_found_in_the_registrys_words(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    fake_add(place->fake,
             (struct fake_rule){
                 .path = "/v2/a/manifests/latest",
                 .status = 404,
                 .body = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}" });
    FAILS(pull_wrong(place, "a", plain_options), ERROR_NOT_FOUND,
          arena_printf(home->arena, "reading manifest latest in %s/a: manifest unknown", place->fake->host));
    fake_add(place->fake, (struct fake_rule){ .path = "/v2/b/manifests/latest",
                                              .status = 403,
                                              .body = "{\"errors\":[{\"code\":\"DENIED\"}]}" });
    FAILS(pull_wrong(place, "b", plain_options), ERROR_FORBIDDEN, "DENIED");
}

static void nobody_there_is_unavailable(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    FAILS(pull_wrong(place, "127.0.0.1:1/a", plain_options), ERROR_UNAVAILABLE,
          "pinging container registry 127.0.0.1:1");
}

static void plain_http_needs_to_be_called_insecure(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    bool no = false, yes = true;
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    FAILS(pull_wrong(place, "a", (struct pull_options){ .tls_verify = &yes }), ERROR_UNAVAILABLE,
          "HTTP response to HTTPS client");
    home_write(home, CONF, "");
    FAILS(pull_wrong(place, "a", plain_options), ERROR_UNAVAILABLE, "HTTP response to HTTPS client");
    pull_ok(place, "a", (struct pull_options){ .tls_verify = &no }, &heard, made.id);
}

/* ---- several places ---- */

static void a_mirror_that_fails_is_passed_over(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct fake *mirror = fake_start();
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    fake_add(mirror,
             (struct fake_rule){ .path = "/v2/", .status = 401, .headers = "Www-Authenticate: Basic realm=\"r\"\r\n" });
    home_write(
        home, CONF,
        arena_printf(home->arena,
                     "[[registry]]\nlocation = '%s'\ninsecure = true\n[[registry.mirror]]\nlocation = '127.0.0.1:1'\n"
                     "[[registry.mirror]]\nlocation = '%s/m'\ninsecure = true\n",
                     place->fake->host, mirror->host));
    pull_ok(place, "a", (struct pull_options){ .auth = &u_p }, &heard, made.id);
    assert_string_equal(mirror->log.data, "GET /v2/\nGET /v2/m/a/manifests/latest\n");
    fake_stop(mirror);
}

static void from_a_mirror_the_image_keeps_its_own_name(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "m/a", "latest", &made);
    home_write(
        home, CONF,
        arena_printf(home->arena,
                     "[[registry]]\nlocation = 'r.example'\n[[registry.mirror]]\nlocation = '%s/m'\ninsecure = true\n",
                     place->fake->host));
    pull_ok(place, "r.example/a", plain_options, &heard, made.id);
    assert_string_equal(find(place, made.id)->names.items[0], "r.example/a:latest");
}

static void a_short_name_is_looked_for_in_every_place(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "no-host", "latest", &made);
    home_write(
        home, CONF,
        arena_printf(
            home->arena,
            "short-name-mode = 'permissive'\nunqualified-search-registries = ['127.0.0.1:1', '%s']\n[[registry]]\n"
            "location = '%s'\ninsecure = true\n",
            place->fake->host, place->fake->host));
    pull_ok(place, "no-host", plain_options, &heard, made.id);
    assert_int_equal(heard.phases[PULL_RESOLVED], 1);
    FAILS(pull_wrong(place, "no-host:2", plain_options), ERROR_NOT_FOUND,
          "none of 2 places has it: 127.0.0.1:1/no-host:2: ");
}

static void the_policy_is_asked_before_the_registry(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    home_write(home, POLICY, "{\"default\":[{\"type\":\"reject\"}]}");
    FAILS(pull_wrong(place, "a", plain_options), ERROR_FORBIDDEN, "rejected by policy");
    assert_int_equal(fake_asked(place->fake, ""), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(a_body_that_breaks_off_is_read_on_from_there),
        WITH_REGISTRY(a_registry_without_ranges_sends_it_again),
        WITH_REGISTRY(one_that_always_breaks_off_is_given_up),
        WITH_REGISTRY(a_busy_registry_is_asked_again),
        WITH_REGISTRY(an_unknown_name_is_not_found_in_the_registrys_words),
        WITH_REGISTRY(nobody_there_is_unavailable),
        WITH_REGISTRY(plain_http_needs_to_be_called_insecure),
        WITH_REGISTRY(a_mirror_that_fails_is_passed_over),
        WITH_REGISTRY(from_a_mirror_the_image_keeps_its_own_name),
        WITH_REGISTRY(a_short_name_is_looked_for_in_every_place),
        WITH_REGISTRY(the_policy_is_asked_before_the_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
