#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/config/config.h"
#include "test/unit/core/image/fixture.h"

/* An image of the machine's, under these names of @place's registry ("a:1") or whole ones. */
static const char *stored(struct place *place, const char *const *names)
{
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    struct made made = make_image(place, "amd64", 2, 1000);
    char id[65];
    serve_image(place, "a", "1", &made);
    OK(pull(place, "a:1", (struct pull_options){ 0 }, &heard, id));
    for (; *names; names++)
        OK(image_tag(place->engine, id, *names, true, &home->err));
    return made.id;
}

static char *text_of(struct home *home, const struct str_list *list)
{
    return str_join(home->arena, list, " ");
}

static void expect(struct place *place, const char *key, bool force, bool docker, const char *untagged, size_t deleted)
{
    struct home *home = place->home;
    struct image_removal removal;
    OK(image_remove(place->engine, home->arena, key, force, docker, false, &removal, &home->err));
    assert_string_equal(text_of(home, &removal.untagged), untagged);
    assert_int_equal(removal.deleted.count, deleted);
}

static const char *digest_of(struct place *place, const char *id)
{
    struct home *home = place->home;
    const struct image *image = image_find(place->engine, home->arena, id, true, &home->err);
    assert_non_null(image);
    return image->digest;
}

static void a_name_goes_alone_while_there_are_others(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const names[] = { "x:1", "x:2", "y:1", NULL };
    const char *id = stored(place, names), *digest = digest_of(place, id);
    expect(place, "x:1", false, true, "docker.io/library/x:1", 0);
    /* the last of its repository takes the repository's digest along */
    expect(place, "x:2", false, true, arena_printf(home->arena, "docker.io/library/x:2 docker.io/library/x@%s", digest), 0);
    /* podman tells of names alone */
    expect(place, "docker.io/library/y:1", false, false, "docker.io/library/y:1", 0);
    assert_int_equal(count_layers(place), 2);
}

static void the_last_name_takes_the_image_and_its_layers_along(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const none[] = { NULL };
    const char *id = stored(place, none), *digest = digest_of(place, id);
    const char *repository = arena_printf(home->arena, "%s/a", place->fake->host);
    expect(place, arena_printf(home->arena, "%s:1", repository), false, true,
           arena_printf(home->arena, "%s:1 %s@%s", repository, repository, digest), 3);
    assert_int_equal(count_layers(place), 0);
}

static void an_id_with_several_names_wants_force(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const names[] = { "x:1", NULL };
    const char *id = stored(place, names);
    const char *keys[] = { id, arena_strndup(home->arena, id, 12), arena_printf(home->arena, "sha256:%s", id) };
    struct image_removal removal;
    for (size_t i = 0; i < 3; i++) {
        autoerror *err = NULL;
        assert_int_equal(image_remove(place->engine, home->arena, keys[i], false, true, false, &removal, &err), -1);
        assert_int_equal(err->kind, ERROR_CONFLICT);
        assert_non_null(strstr(err->message, "must be forced"));
    }
    OK(image_remove(place->engine, home->arena, keys[1], true, true, false, &removal, &home->err));
    assert_int_equal(removal.untagged.count, 4);
    assert_int_equal(removal.deleted.count, 3);
}

static void a_name_that_looks_like_the_beginning_of_an_id_is_a_name(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    static const char *const none[] = { NULL };
    const char *id = stored(place, none), *name = arena_strndup(home->arena, id, 6);
    OK(image_tag(place->engine, id, name, true, &home->err));
    const char *full = arena_printf(home->arena, "docker.io/library/%s", name);
    expect(place, name, false, true, arena_printf(home->arena, "%s:latest %s@%s", full, full, digest_of(place, id)), 0);
}

static void a_digest_is_a_name_only_where_it_was_pulled_as_one(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    static const char *const none[] = { NULL };
    char id[65];
    const char *digest = digest_of(place, stored(place, none));
    const char *full = arena_printf(home->arena, "%s/a@%s", place->fake->host, digest);
    OK(pull(place, arena_printf(home->arena, "a@%s", digest), (struct pull_options){ 0 }, &heard, id));
    const struct image *image = image_find(place->engine, home->arena, id, true, &home->err);
    assert_non_null(image);
    assert_int_equal(image->names.count, 1);
    assert_string_equal(text_of(home, &image->repo_digests), full);
    expect(place, full, false, true, full, 0);
    image = image_find(place->engine, home->arena, id, true, &home->err);
    assert_int_equal(image->names.count, 1);
}

static void a_short_name_is_nobody_else_s_on_docker_s_surface(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct image_removal removal;
    static const char *const none[] = { NULL };
    stored(place, none); /* HOST/a:1 */
    autoerror *err = NULL;
    assert_int_equal(image_remove(place->engine, home->arena, "a:1", true, true, false, &removal, &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
    expect(place, "a:1", false, false, arena_printf(home->arena, "%s/a:1", place->fake->host), 1);
}

static void layers_that_two_images_have_are_shared(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct heard heard = { .stop_at = -1 };
    static const struct image_filters every;
    struct made one = make_image(place, "amd64", 2, 1000), two = make_image(place, "arm64", 1, 1000);
    two.plain[0] = one.plain[0]; /* the base of both */
    two.blobs[0] = one.blobs[0];
    two.config = make_config(home, "arm64", two.plain, 1);
    two.manifest = make_manifest(home, DOCKER_MANIFEST, two.config, two.blobs, 1);
    serve_image(place, "one", "1", &one);
    serve_image(place, "two", "1", &two);
    char id[65];
    OK(pull(place, "one:1", (struct pull_options){ 0 }, &heard, id));
    OK(pull(place, "two:1", (struct pull_options){ 0 }, &heard, id));
    struct image *images;
    size_t count;
    OK(image_list(place->engine, home->arena, &every, true, true, &images, &count, &home->err));
    OK(image_share(place->engine, home->arena, images, count, &home->err));
    assert_int_equal(count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(images[i].shared_size, one.plain[0].len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(a_name_goes_alone_while_there_are_others),
        WITH_REGISTRY(the_last_name_takes_the_image_and_its_layers_along),
        WITH_REGISTRY(an_id_with_several_names_wants_force),
        WITH_REGISTRY(a_name_that_looks_like_the_beginning_of_an_id_is_a_name),
        WITH_REGISTRY(a_digest_is_a_name_only_where_it_was_pulled_as_one),
        WITH_REGISTRY(a_short_name_is_nobody_else_s_on_docker_s_surface),
        WITH_REGISTRY(layers_that_two_images_have_are_shared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
