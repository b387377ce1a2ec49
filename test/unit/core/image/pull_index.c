#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/image/pulling.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(of_an_index_the_one_for_the_platform_is_taken),
        WITH_REGISTRY(a_document_says_by_its_header_or_content_what_it_is),
        WITH_REGISTRY(by_digest_the_very_document_is_taken),
        WITH_REGISTRY(wrong_bytes_are_refused_and_leave_nothing),
        WITH_REGISTRY(a_layer_is_as_long_as_its_descriptor_says),
        WITH_REGISTRY(documents_that_make_no_image_are_refused),
        WITH_REGISTRY(manifest_and_configuration_have_the_same_number_of_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
