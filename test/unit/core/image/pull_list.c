#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/config/config.h"
#include "test/unit/core/image/fixture.h"

#define LIST "/v2/a/b/tags/list"

static int list(struct place *place, struct str_list *ret_names, struct error **err)
{
    struct home *home = place->home;
    const struct pull_options options = { .reference = arena_printf(home->arena, "%s/a/b", place->fake->host) };
    return image_pull_list(home->arena, &options, ret_names, err);
}

static void serve_page(struct place *place, const char *body, int times)
{
    fake_add(place->fake, (struct fake_rule){ .path = LIST, .body = body, .times = times });
}

static void pages_are_read_until_nothing_new_comes(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct str_list names;
    serve_page(place, "{\"name\":\"a/b\",\"tags\":[\"1\",\"2\"]}", 1);
    serve_page(place, "{\"name\":\"a/b\",\"tags\":[\"2\",\"v3_x.y-z\"]}", 1);
    serve_page(place, "{\"name\":\"a/b\",\"tags\":null}", 0);
    OK(list(place, &names, &home->err));
    const char *host = place->fake->host;
    assert_string_equal(str_join(home->arena, &names, " "),
                        arena_printf(home->arena, "%s/a/b:1 %s/a/b:2 %s/a/b:v3_x.y-z", host, host, host));
    assert_non_null(strstr(place->fake->log.data, LIST "?n=1000&last=2\n"));
    assert_non_null(strstr(place->fake->log.data, LIST "?n=1000&last=v3_x.y-z\n"));
}

static void a_registry_without_pages_ends_too(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct str_list names;
    serve_page(place, "{\"tags\":[\"1\",\"2\"]}", 0);
    OK(list(place, &names, &home->err));
    assert_int_equal(names.count, 2);
}

static void what_is_no_tag_is_left_out(void **state)
{
    struct place *place = *state;
    struct home *home = place->home;
    struct str_list names;
    serve_page(place, "{\"tags\":[\"../x\",\"a b\",\"\",5,\"&last=1\",\"good\"]}", 0);
    OK(list(place, &names, &home->err));
    assert_int_equal(names.count, 1);
}

static void a_missing_repository_is_not_found(void **state)
{
    struct place *place = *state;
    struct str_list names;
    autoerror *err = NULL;
    assert_int_equal(list(place, &names, &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
}

static void what_is_no_list_is_told(void **state)
{
    struct place *place = *state;
    struct str_list names;
    autoerror *err = NULL;
    serve_page(place, "nonsense", 0);
    assert_int_equal(list(place, &names, &err), -1);
    assert_non_null(strstr(err->message, "tags of "));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_REGISTRY(pages_are_read_until_nothing_new_comes), WITH_REGISTRY(a_registry_without_pages_ends_too),
        WITH_REGISTRY(what_is_no_tag_is_left_out),             WITH_REGISTRY(a_missing_repository_is_not_found),
        WITH_REGISTRY(what_is_no_list_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
