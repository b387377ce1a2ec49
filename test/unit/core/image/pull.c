#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/config/config.h"
#include "core/event/event.h"
#include "test/unit/core/image/fixture.h"

static const struct pull_options plain_options;

static void pull_ok(struct place *place, const char *name, struct pull_options options, struct heard *heard,
                    const char *id)
{
    struct home *home = place->home;
    char got[65] = "";
    OK(pull(place, name, options, heard, got));
    assert_string_equal(got, id);
}

static int pull_wrong(struct place *place, const char *name, struct pull_options options)
{
    struct heard heard = { .stop_at = -1 };
    char id[65];
    return pull(place, name, options, &heard, id);
}

static const struct image *find(struct place *place, const char *id)
{
    struct home *home = place->home;
    const struct image *image = image_find(place->engine, home->arena, id, false, &home->err);
    if (!image)
        fail_msg("%s", home->err->message);
    return image;
}

static void nothing_is_left(struct place *place)
{
    int64_t images = -1;
    struct home *home = place->home;
    OK(image_count(place->engine, &images, &home->err));
    assert_int_equal(images, 0);
    assert_int_equal(count_layers(place), 0);
    autofree char *staging = mem_printf("%s/root/coracle/staging", home->folder);
    assert_true(!path_exists(staging) || rmdir(staging) == 0);
}

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

/* ---- an index ---- */

static struct bytes make_index(struct home *home, const char *type, const struct made *images,
                               const char *const *platforms, size_t count)
{
    autobuf text = BUF(1 << 20);
    buf_printf(&text, "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[", type);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%zu,\"platform\":{%s}}", i ? "," : "",
                   DOCKER_MANIFEST, images[i].manifest.digest, images[i].manifest.len, platforms[i]);
    buf_puts(&text, "]}");
    return make_text(home, text.data);
}

static void of_an_index_the_one_for_the_platform_is_taken(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made images[3] = { make_image(place, "arm64", 1, 10), make_image(place, "amd64", 1, 10),
                              make_image(place, "unknown", 1, 10) };
    static const char *const platforms[] = { "\"architecture\":\"arm64\",\"os\":\"linux\",\"variant\":\"v8\"",
                                             "\"architecture\":\"amd64\",\"os\":\"linux\"",
                                             "\"architecture\":\"unknown\",\"os\":\"unknown\"" };
    struct bytes index = make_index(home, OCI_INDEX, images, platforms, 3);
    serve_manifest(place, "a", "latest", OCI_INDEX, index);
    for (size_t i = 0; i < 3; i++)
        serve_image(place, "a", NULL, &images[i]);
    pull_ok(place, "a", (struct pull_options){ .platform = "linux/amd64" }, &heard, images[1].id);
    assert_string_equal(heard.digest, index.digest);
    assert_string_equal(find(place, images[1].id)->digest, images[1].manifest.digest);
    assert_int_equal(find(place, images[1].id)->repo_digests.count, 2);
    pull_ok(place, "a", (struct pull_options){ .platform = "linux/arm64/v8" }, &heard, images[0].id);
    pull_ok(place, "a", (struct pull_options){ .platform = "arm64" }, &heard, images[0].id);
    FAILS(pull_wrong(place, "a", (struct pull_options){ .platform = "linux/s390x" }), ERROR_NOT_FOUND,
          "no image found in image index for architecture \"s390x\"");
    FAILS(pull_wrong(place, "a", (struct pull_options){ .platform = "windows/amd64" }), ERROR_INVALID,
          "expected linux");
}

static void a_document_says_by_its_header_or_content_what_it_is(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10);
    const char *entry =
        arena_printf(home->arena, "{\"digest\":\"%s\",\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}",
                     made.manifest.digest);
    struct bytes index = make_text(home, arena_printf(home->arena, "{\"schemaVersion\":2,\"manifests\":[%s]}", entry));
    serve_image(place, "a", NULL, &made);
    serve_manifest(place, "a", "header", DOCKER_LIST, index);
    serve_manifest(place, "a", "content", "application/json", index);
    pull_ok(place, "a:header", (struct pull_options){ .platform = "amd64" }, &heard, made.id);
    pull_ok(place, "a:content", (struct pull_options){ .platform = "amd64" }, &heard, made.id);
    struct bytes both = make_text(
        home, arena_printf(home->arena, "{\"schemaVersion\":2,\"manifests\":[%s],%s", entry, made.manifest.data + 1));
    serve_manifest(place, "a", "both", DOCKER_LIST, both);
    FAILS(pull_wrong(place, "a:both", plain_options), ERROR_INVALID, "both an index and a manifest");
}

/* ---- digests ---- */

static void by_digest_the_very_document_is_taken(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 1, 10), other = make_image(place, "arm64", 1, 10);
    serve_image(place, "a", NULL, &made);
    const char *name = arena_printf(home->arena, "a:ignored@%s", made.manifest.digest);
    pull_ok(place, name, plain_options, &heard, made.id);
    const struct image *image =
        find(place, arena_printf(home->arena, "%s/a@%s", place->fake->host, made.manifest.digest));
    assert_int_equal(image->names.count, 0);
    assert_int_equal(image->repo_digests.count, 1);
    assert_string_equal(image->repo_digests.items[0],
                        arena_printf(home->arena, "%s/a@%s", place->fake->host, made.manifest.digest));
    serve_manifest(place, "b", other.manifest.digest, DOCKER_MANIFEST, made.manifest);
    FAILS(pull_wrong(place, arena_printf(home->arena, "b@%s", other.manifest.digest), plain_options), ERROR_INVALID,
          arena_printf(home->arena, "its digest is %s, expected %s", made.manifest.digest, other.manifest.digest));
}

static void wrong_bytes_are_refused_and_leave_nothing(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct made made = make_image(place, "amd64", 3, 100000);
    serve_manifest(place, "layer", "latest", DOCKER_MANIFEST, made.manifest);
    serve_blob(place, "layer", made.config);
    for (size_t i = 0; i < 3; i++)
        serve_blob(place, "layer", made.blobs[i])->junk_from = i == 1 ? made.blobs[1].len - 10 : 0;
    FAILS(pull_wrong(place, "layer", plain_options), ERROR_INVALID,
          arena_printf(home->arena, "blob %s", made.blobs[1].digest));
    nothing_is_left(place);
    serve_manifest(place, "config", "latest", DOCKER_MANIFEST, made.manifest);
    serve_blob(place, "config", made.config)->junk_from = 1;
    FAILS(pull_wrong(place, "config", plain_options), ERROR_INVALID, "its digest is");
    struct made lying = made;
    lying.plain[2] = made.plain[1];
    lying.config = make_config(home, "amd64", lying.plain, 3);
    lying.manifest = make_manifest(home, DOCKER_MANIFEST, lying.config, lying.blobs, 3);
    serve_image(place, "diff", "latest", &lying);
    FAILS(pull_wrong(place, "diff", plain_options), ERROR_INVALID, "uncompressed digest");
    nothing_is_left(place);
}

static void a_layer_is_as_long_as_its_descriptor_says(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct made made = make_image(place, "amd64", 1, 1000);
    struct bytes longer = made.blobs[0], shorter = made.blobs[0];
    longer.len++;
    shorter.len--;
    serve_image(place, "a", NULL, &made);
    serve_manifest(place, "a", "short", DOCKER_MANIFEST,
                   make_manifest(home, DOCKER_MANIFEST, made.config, &shorter, 1));
    FAILS(pull_wrong(place, "a:short", plain_options), ERROR_INVALID, "bytes its descriptor says");
    serve_manifest(place, "a", "long", DOCKER_MANIFEST, make_manifest(home, DOCKER_MANIFEST, made.config, &longer, 1));
    assert_int_equal(pull_wrong(place, "a:long", plain_options), -1);
    error_clear(&home->err);
    nothing_is_left(place);
}

static void documents_that_make_no_image_are_refused(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    const char *digest = make_text(home, "x").digest;
    const struct {
        const char *text;
        enum error_kind kind;
        const char *words;
    } wrong[] = {
        { "", ERROR_INVALID, "manifest sha256:" },
        { "[]", ERROR_INVALID, "manifest sha256:" },
        { "{}", ERROR_INVALID, "expected sha256:" },
        { "{\"schemaVersion\":1,\"fsLayers\":[]}", ERROR_UNSUPPORTED, "schema version 1" },
        { "{\"schemaVersion\":2,\"config\":{\"digest\":\"sha256:12\"},\"layers\":[]}", ERROR_INVALID,
          "configuration: digest \"sha256:12\"" },
        { "{\"schemaVersion\":2,\"config\":{\"digest\":\"../../x\"},\"layers\":[]}", ERROR_INVALID, "64 hex digits" },
        { "{\"schemaVersion\":2,\"config\":{\"digest\":\"DIGEST\",\"size\":1},\"layers\":[{\"digest\":\"DIGEST\","
          "\"size\":-1}]}",
          ERROR_INVALID, "size -1" },
        { "{\"schemaVersion\":2,\"config\":{\"digest\":\"DIGEST\",\"size\":1},\"layers\":[{\"mediaType\":\"l+"
          "encrypted\",\"digest\":\"DIGEST\",\"size\":1}]}",
          ERROR_UNSUPPORTED, "encrypted" },
        { "{\"schemaVersion\":2,\"manifests\":[{\"digest\":\"sha256:xyz\",\"platform\":{\"os\":\"linux\","
          "\"architecture\":\"amd64\"}}]}",
          ERROR_INVALID, "image index" },
        { "{\"schemaVersion\":2,\"mediaType\":\"" OCI_INDEX "\"}", ERROR_NOT_FOUND, "no image found in image index" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct str_list parts = { 0 };
        for (const char *at = wrong[i].text, *next; at; at = next ? next + strlen("DIGEST") : NULL) {
            next = strstr(at, "DIGEST");
            str_list_add(home->arena, &parts, next ? arena_strndup(home->arena, at, (size_t)(next - at)) : at);
        }
        const char *tag = arena_printf(home->arena, "t%zu", i);
        serve_manifest(place, "a", tag, OCI_MANIFEST + (i == 8 ? strlen(OCI_MANIFEST) : 0),
                       make_text(home, str_join(home->arena, &parts, digest)));
        FAILS(pull_wrong(place, arena_printf(home->arena, "a:%s", tag), (struct pull_options){ .platform = "amd64" }),
              wrong[i].kind, wrong[i].words);
    }
}

static void manifest_and_configuration_have_the_same_number_of_layers(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct made made = make_image(place, "amd64", 2, 10);
    serve_image(place, "a", NULL, &made);
    serve_manifest(place, "a", "latest", DOCKER_MANIFEST,
                   make_manifest(home, DOCKER_MANIFEST, made.config, made.blobs, 1));
    FAILS(pull_wrong(place, "a", plain_options), ERROR_INVALID,
          "the manifest has 1 layers, the image's configuration says 2");
}

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

/* ---- credentials ---- */

#define BASIC_U_P "Basic dTpw"
static const struct registry_auth u_p = { .username = "u", .password = "p" };

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
        WITH_REGISTRY(of_an_index_the_one_for_the_platform_is_taken),
        WITH_REGISTRY(a_document_says_by_its_header_or_content_what_it_is),
        WITH_REGISTRY(by_digest_the_very_document_is_taken),
        WITH_REGISTRY(wrong_bytes_are_refused_and_leave_nothing),
        WITH_REGISTRY(a_layer_is_as_long_as_its_descriptor_says),
        WITH_REGISTRY(documents_that_make_no_image_are_refused),
        WITH_REGISTRY(manifest_and_configuration_have_the_same_number_of_layers),
        WITH_REGISTRY(a_body_that_breaks_off_is_read_on_from_there),
        WITH_REGISTRY(a_registry_without_ranges_sends_it_again),
        WITH_REGISTRY(one_that_always_breaks_off_is_given_up),
        WITH_REGISTRY(a_busy_registry_is_asked_again),
        WITH_REGISTRY(an_unknown_name_is_not_found_in_the_registrys_words),
        WITH_REGISTRY(nobody_there_is_unavailable),
        WITH_REGISTRY(plain_http_needs_to_be_called_insecure),
        WITH_REGISTRY(a_token_is_fetched_once_and_used),
        WITH_REGISTRY(credentials_go_to_the_token_server_alone),
        WITH_REGISTRY(an_identity_token_is_traded_by_post),
        WITH_REGISTRY(a_redirected_form_is_not_sent_on),
        WITH_REGISTRY(a_token_that_is_refused_is_fetched_anew_once),
        WITH_REGISTRY(wrong_credentials_are_unauthorized),
        WITH_REGISTRY(answers_of_token_servers_are_not_trusted),
        WITH_REGISTRY(whom_a_blob_is_redirected_to_gets_no_credentials),
        WITH_REGISTRY(basic_credentials_come_from_the_files_or_the_client),
        WITH_REGISTRY(a_mirror_that_fails_is_passed_over),
        WITH_REGISTRY(from_a_mirror_the_image_keeps_its_own_name),
        WITH_REGISTRY(a_short_name_is_looked_for_in_every_place),
        WITH_REGISTRY(the_policy_is_asked_before_the_registry),
        WITH_REGISTRY(missing_and_never_are_content_with_what_is_there),
        WITH_REGISTRY(newer_uses_what_is_there_when_the_registry_fails),
        WITH_REGISTRY(a_listener_that_leaves_ends_the_pull),
        WITH_REGISTRY(no_more_links_than_configured),
        WITH_REGISTRY(a_name_that_is_none_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
