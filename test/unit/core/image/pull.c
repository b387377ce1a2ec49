#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/config/config.h"
#include "core/event/event.h"
#include "test/unit/core/image/pulling.h"

/* ---- what comes of it ---- */

static void an_image_and_its_layers_are_stored(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 3, 100000);
    serve_image(place, "a/b", "1", &made);
    pull_ok(place, "a/b:1", plain_options, &heard, made.id);
    assert_int_equal(heard.phases[PULL_RESOLVED], 1);
    assert_int_equal(heard.phases[PULL_LAYER_SEEN], 3);
    assert_int_equal(heard.phases[PULL_LAYER_EXISTS], 0);
    assert_int_equal(heard.phases[PULL_LAYER_DONE], 3);
    assert_int_equal(heard.phases[PULL_DONE], 1);
    assert_int_equal(heard.done, heard.total);
    assert_true(heard.updated);
    assert_string_equal(heard.digest, made.manifest.digest);
    const struct image *image = find(place, made.id);
    assert_string_equal(image->names.items[0], arena_printf(place->home->arena, "%s/a/b:1", place->fake->host));
    assert_string_equal(image->digest, made.manifest.digest);
    assert_string_equal(image->config_json, made.config.data);
    assert_string_equal(image->manifest_json, made.manifest.data);
    assert_int_equal(count_layers(place), 3);
    struct store_layer *layers;
    size_t count;
    struct home *home = place->home;
    OK(store_layers(place->engine->store, home->arena, &layers, &count, &home->err));
    assert_string_equal(layers[0].compressed_digest, made.blobs[0].digest);
    assert_int_equal(layers[0].compressed_size, made.blobs[0].len);
}

static void what_is_there_is_not_fetched_again(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 2, 1000);
    serve_image(place, "a", "latest", &made);
    serve_image(place, "b", "latest", &made);
    pull_ok(place, "a", plain_options, &heard, made.id);
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_int_equal(heard.phases[PULL_LAYER_EXISTS], 2);
    assert_false(heard.updated);
    assert_int_equal(fake_asked(place->fake, "GET /v2/a/blobs/"), 2 + 2 * 1);
    pull_ok(place, "b", plain_options, &heard, made.id);
    assert_true(heard.updated);
    assert_int_equal(fake_asked(place->fake, "GET /v2/b/blobs/"), 1);
    assert_int_equal(find(place, made.id)->names.count, 2);
}

static void a_name_moves_to_the_image_it_stands_for_now(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made old = make_image(place, "amd64", 1, 1000), new = make_image(place, "amd64", 2, 2000);
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, old.manifest)->times = 1;
    serve_image(place, "a", NULL, &old);
    serve_image(place, "a", "latest", &new);
    pull_ok(place, "a", plain_options, &heard, old.id);
    pull_ok(place, "a", plain_options, &heard, new.id);
    assert_true(heard.updated);
    assert_int_equal(find(place, old.id)->names.count, 0);
    assert_int_equal(find(place, new.id)->names.count, 1);
}

static void layers_may_be_plain_or_zstd_and_the_manifest_ocis(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 3, 3000000);
    made.blobs[1] = make_zstd(home, made.plain[1]);
    made.blobs[2] = made.plain[2];
    made.manifest = make_manifest(home, OCI_MANIFEST, made.config, made.blobs, 3);
    serve_manifest(place, "a", "latest", OCI_MANIFEST, made.manifest);
    serve_image(place, "a", NULL, &made);
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_string_equal(find(place, made.id)->manifest_type, OCI_MANIFEST);
    assert_int_equal(find(place, made.id)->layers.count, 3);
}

static void an_image_may_have_no_layers_or_one_twice(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made none = make_image(place, "amd64", 0, 0), twice = make_image(place, "amd64", 2, 10);
    twice.plain[1] = twice.plain[0];
    twice.blobs[1] = twice.blobs[0];
    twice.config = make_config(home, "amd64", twice.plain, 2);
    twice.manifest = make_manifest(home, DOCKER_MANIFEST, twice.config, twice.blobs, 2);
    serve_image(place, "none", "latest", &none);
    serve_image(place, "twice", "latest", &twice);
    pull_ok(place, "none", plain_options, &heard, none.id);
    pull_ok(place, "twice", plain_options, &heard, twice.config.digest + 7);
    assert_int_equal(count_layers(place), 2);
}

struct kept {
    struct arena *arena;
    struct str_list *texts;
};

static int keep_event(void *context, const struct event *event, struct error **err)
{
    (void)err;
    struct kept *kept = context;
    str_list_add(
        kept->arena, kept->texts,
        arena_printf(kept->arena, "%s %s %s", event->type, event->actor_id, str_map_get(&event->attributes, "name")));
    return 0;
}

static void a_pull_is_an_event(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    pull_ok(place, "a", plain_options, &heard, made.id);
    const struct event_query query = { .filters.event = { &(const char *){ "pull" }, 1 } };
    struct str_list heard_of = { 0 };
    OK(event_follow(place->engine, &query, NULL, keep_event, &(struct kept){ home->arena, &heard_of }, &home->err));
    assert_int_equal(heard_of.count, 1);
    assert_string_equal(heard_of.items[0],
                        arena_printf(home->arena, "image %s %s/a:latest", made.config.digest, place->fake->host));
}

/* ---- when to ask ---- */

static void missing_and_never_are_content_with_what_is_there(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    serve_image(place, "a", "latest", &made);
    FAILS(pull_wrong(place, "a", (struct pull_options){ .policy = "never" }), ERROR_NOT_FOUND, "image not known");
    assert_int_equal(fake_asked(place->fake, ""), 0);
    pull_ok(place, "a", (struct pull_options){ .policy = "missing" }, &heard, made.id);
    int asked = fake_asked(place->fake, "");
    pull_ok(place, "a", (struct pull_options){ .policy = "missing" }, &heard, made.id);
    pull_ok(place, "a", (struct pull_options){ .policy = "never" }, &heard, made.id);
    assert_int_equal(fake_asked(place->fake, ""), asked);
    assert_int_equal(pull_wrong(place, "a", (struct pull_options){ .policy = "never", .platform = "linux/arm64" }), -1);
    error_clear(&home->err);
    FAILS(pull_wrong(place, "a", (struct pull_options){ .policy = "sometimes" }), ERROR_INVALID,
          "policy: \"sometimes\"");
}

static void newer_uses_what_is_there_when_the_registry_fails(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made old = make_image(place, "amd64", 1, 10), new = make_image(place, "amd64", 2, 20);
    FAILS(pull_wrong(place, "a", (struct pull_options){ .policy = "newer" }), ERROR_NOT_FOUND, "not here");
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, old.manifest)->times = 1;
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST, new.manifest)->times = 1;
    serve_image(place, "a", NULL, &old);
    serve_image(place, "a", NULL, &new);
    pull_ok(place, "a", (struct pull_options){ .policy = "newer" }, &heard, old.id);
    pull_ok(place, "a", (struct pull_options){ .policy = "newer" }, &heard, new.id);
    pull_ok(place, "a", (struct pull_options){ .policy = "newer" }, &heard, new.id);
    assert_false(heard.updated);
}

static void a_listener_that_leaves_ends_the_pull(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const enum pull_phase phases[] = { PULL_RESOLVED,   PULL_LAYER_SEEN, PULL_LAYER_PROGRESS,
                                              PULL_LAYER_DONE, PULL_CONFIG,     PULL_MANIFEST };
    struct made made = make_image(place, "amd64", 4, 200000);
    serve_image(place, "a", "latest", &made);
    for (size_t i = 0; i < sizeof phases / sizeof *phases; i++) {
        struct heard heard = { .stop_at = (int)phases[i] };
        char id[65];
        FAILS(pull(place, "a", plain_options, &heard, id), ERROR_CANCELLED, "the client left");
        nothing_is_left(place);
    }
}

static void no_more_links_than_configured(void **state)
{
    struct place *place = *state;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 8, 100000);
    place->engine->config->image_parallel = 2;
    serve_image(place, "a", "latest", &made);
    pull_ok(place, "a", plain_options, &heard, made.id);
    assert_in_range(place->fake->most_open, 1, 2);
    assert_in_range(place->fake->connections, 1, 2 + 1); /* one tried TLS */
}

static void a_name_that_is_none_is_refused(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const names[] = {
        "", "/", "UPPER/case", "r.example/a:b:c", "r.example/a@sha256:12", "r.example/../a", "-/x"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char id[65];
        const struct pull_options options = { .reference = names[i] };
        FAILS(image_pull(place->engine, &options, id, &home->err), ERROR_INVALID, "invalid reference format");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(an_image_and_its_layers_are_stored),
        WITH_REGISTRY(what_is_there_is_not_fetched_again),
        WITH_REGISTRY(a_name_moves_to_the_image_it_stands_for_now),
        WITH_REGISTRY(layers_may_be_plain_or_zstd_and_the_manifest_ocis),
        WITH_REGISTRY(an_image_may_have_no_layers_or_one_twice),
        WITH_REGISTRY(a_pull_is_an_event),
        WITH_REGISTRY(missing_and_never_are_content_with_what_is_there),
        WITH_REGISTRY(newer_uses_what_is_there_when_the_registry_fails),
        WITH_REGISTRY(a_listener_that_leaves_ends_the_pull),
        WITH_REGISTRY(no_more_links_than_configured),
        WITH_REGISTRY(a_name_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
