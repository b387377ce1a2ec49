#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/str.h"
#include "core/registry/challenge.h"

static struct challenge read_one(struct arena *arena, const char *header)
{
    const struct str_list headers = { &header, 1 };
    return challenge_read(arena, &headers);
}

static void a_bearer_challenge_has_its_parameters(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    struct challenge asked = read_one(arena, "Bearer realm=\"https://auth.example/token?a=1,2\",service=reg , "
                                             "scope=\"repository:a/b:pull,push\",error=\"insufficient_scope\"");
    assert_true(asked.bearer);
    assert_string_equal(asked.realm, "https://auth.example/token?a=1,2");
    assert_string_equal(asked.service, "reg");
    assert_string_equal(asked.scope, "repository:a/b:pull,push");
    assert_string_equal(asked.error, "insufficient_scope");
}

static void bearer_goes_before_basic_wherever_it_stands(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    struct challenge asked = read_one(arena, "Basic realm=\"old\", Bearer realm=\"https://x/\"");
    assert_true(asked.bearer && !asked.basic);
    assert_string_equal(asked.realm, "https://x/");
    const char *two[] = { "Basic realm=\"old\"", "bearer Realm=\"https://y/\"" };
    asked = challenge_read(arena, &(struct str_list){ two, 2 });
    assert_true(asked.bearer);
    assert_string_equal(asked.realm, "https://y/");
}

static void quotes_and_backslashes_are_read(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    assert_string_equal(read_one(arena, "Basic realm=\"a \\\"b\\\" \\\\c\"").realm, "a \"b\" \\c");
}

static void other_schemes_and_nonsense_ask_for_nothing(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    static const char *const texts[] = { "",  ",,,", "Negotiate",       "Digest realm=\"x\"",
                                         "=", "\"",  "Bearerx realm=1", "realm=\"x\"" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct challenge asked = read_one(arena, texts[i]);
        assert_false(asked.bearer || asked.basic);
        assert_string_equal(asked.realm, "");
    }
    assert_true(read_one(arena, "Bearer realm=\"never ends").bearer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bearer_challenge_has_its_parameters),
        cmocka_unit_test(bearer_goes_before_basic_wherever_it_stands),
        cmocka_unit_test(quotes_and_backslashes_are_read),
        cmocka_unit_test(other_schemes_and_nonsense_ask_for_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
