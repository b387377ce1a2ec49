#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api/call.h"
#include "api/docker/images/names.h"
#include "core/base/arena.h"
#include "core/base/error.h"

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct call call;

static int open_arena(void **state)
{
    (void)state;
    call.arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(call.arena);
    return 0;
}

static void a_tag_beside_a_name_wins_and_a_digest_in_it_wins_over_both(void **state)
{
    (void)state;
    static const struct {
        const char *repo, *tag, *joined; /* joined NULL: refused */
    } cases[] = {
        { "alpine", NULL, "alpine" },
        { "alpine", "", "alpine" },
        { "alpine:3", NULL, "alpine:3" },
        { "alpine", "3", "alpine:3" },
        { "alpine:3", "4", "alpine:4" },
        { "host:5000/a", "3", "host:5000/a:3" },
        { "host:5000/a:2", "3", "host:5000/a:3" },
        { "alpine", DIGEST, "alpine@" DIGEST },
        { "alpine:3", DIGEST, "alpine@" DIGEST },
        { "alpine@" DIGEST, "3", "alpine@" DIGEST },
        { "alpine", "-bad", NULL },
        { "alpine", "sha256:short", NULL },
        { "Alpine", NULL, NULL },
        { "", "3", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        autoerror *err = NULL;
        const char *joined = docker_join_reference(&call, cases[i].repo, cases[i].tag, &err);
        if (!str_eq(joined, cases[i].joined))
            fail_msg("%s and %s give %s, expected %s", cases[i].repo, cases[i].tag, joined, cases[i].joined);
        assert_true(joined || err->kind == ERROR_INVALID);
    }
}

static void a_missing_image_is_named_with_the_tag_that_was_meant(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "alpine", "No such image: alpine:latest" },
        { "alpine:3", "No such image: alpine:3" },
        { "alpine@" DIGEST, "No such image: alpine@" DIGEST },
        { "c0ffee", "No such image: c0ffee" },
        { DIGEST, "No such image: " DIGEST },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        autoerror *err = NULL;
        error_set_about(&err, ERROR_NOT_FOUND, "image", cases[i][0], "core's words");
        assert_int_equal(docker_image_error(&call, cases[i][0], &err), -1);
        assert_string_equal(err->message, cases[i][1]);
        assert_int_equal(err->kind, ERROR_NOT_FOUND);
    }
}

static void other_errors_keep_their_words(void **state)
{
    (void)state;
    autoerror *err = NULL;
    error_set_about(&err, ERROR_CONFLICT, "image", "alpine", "in use");
    docker_image_error(&call, "alpine", &err);
    assert_string_equal(err->message, "in use");
}

static void names_and_ids_are_docker_s(void **state)
{
    (void)state;
    const char *full[] = { "docker.io/library/alpine:3", "docker.io/me/x:1", "quay.io/x:2", "localhost/y:1" };
    const struct str_list names = { full, 4 };
    struct str_list familiar = docker_familiar(&call, &names);
    assert_string_equal(str_join(call.arena, &familiar, " "), "alpine:3 me/x:1 quay.io/x:2 localhost/y:1");
    assert_string_equal(docker_image_id(&call, "c0ffee"), "sha256:c0ffee");
    assert_string_equal(docker_image_id(&call, ""), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_beside_a_name_wins_and_a_digest_in_it_wins_over_both),
        cmocka_unit_test(a_missing_image_is_named_with_the_tag_that_was_meant),
        cmocka_unit_test(other_errors_keep_their_words),
        cmocka_unit_test(names_and_ids_are_docker_s),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
