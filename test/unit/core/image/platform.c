#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/documents.h"
#include "core/image/platform.h"

static const char *parse(struct arena *arena, const char *text)
{
    struct platform platform;
    autoerror *err = NULL;
    if (platform_parse(arena, text, &platform, &err) < 0)
        return arena_strdup(arena, err->message);
    return arena_printf(arena, "%s/%s/%s", platform.os, platform.architecture, platform.variant);
}

static void a_platform_is_a_system_an_architecture_and_a_variant(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    static const char *const texts[][2] = {
        { "linux/amd64", "linux/amd64/" },     { "linux/arm/v6", "linux/arm/v6" }, { "linux/aarch64", "linux/arm64/" },
        { "linux/x86_64", "linux/amd64/" },    { "arm64", "linux/arm64/" },        { "s390x", "linux/s390x/" },
        { "linux/riscv64", "linux/riscv64/" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_string_equal(parse(arena, texts[i][0]), texts[i][1]);
    assert_string_equal(parse(arena, "linux"), parse(arena, NULL));
}

static void what_is_no_platform_is_named(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    static const char *const texts[] = { "a/b/c/d", "linux/", "/amd64", "linux/am d64", "linux//v7" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_non_null(strstr(parse(arena, texts[i]), arena_printf(arena, "platform: \"%s\"", texts[i])));
    assert_non_null(strstr(parse(arena, "windows/amd64"), "expected linux"));
}

/* What of "os/arch[/variant]" entries is taken; -1: none. */
static int choose(const char *wanted, const char *const *entries, size_t count)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    struct platform platform;
    struct image_index index = { 0 };
    assert_int_equal(platform_parse(arena, wanted, &platform, &err), 0);
    index.manifests.items = arena_array(arena, count, sizeof *index.manifests.items);
    for (size_t i = 0; i < count; i++) {
        struct str_list parts = str_split(arena, entries[i], '/');
        index.manifests.items[index.manifests.count++].platform = (struct image_platform){
            .os = parts.items[0], .architecture = parts.items[1], .variant = parts.count > 2 ? parts.items[2] : NULL
        };
    }
    const struct image_index_entry *chosen = platform_choose(&index, &platform);
    return chosen ? (int)(chosen - index.manifests.items) : -1;
}

static void the_nearest_variant_that_runs_is_taken(void **state)
{
    (void)state;
    static const char *const arm[] = { "linux/arm/v5", "linux/arm/v7", "linux/arm/v6", "linux/arm", "linux/arm64/v8" };
    assert_int_equal(choose("linux/arm/v7", arm, 5), 1);
    assert_int_equal(choose("linux/arm/v8", arm, 5), 1);
    assert_int_equal(choose("linux/arm/v6", arm, 5), 2);
    assert_int_equal(choose("linux/arm/v5", arm + 1, 4), 2);
    assert_int_equal(choose("linux/arm", arm, 5), 3);
    assert_int_equal(choose("linux/arm64", arm, 5), 4);
    assert_int_equal(choose("linux/arm", arm, 3), 0);
    assert_int_equal(choose("linux/amd64", arm, 5), -1);
}

static void attestations_are_no_images(void **state)
{
    (void)state;
    static const char *const entries[] = { "unknown/unknown", "linux/amd64" };
    assert_int_equal(choose("linux/amd64", entries, 2), 1);
    assert_int_equal(choose("linux/amd64", entries, 1), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_platform_is_a_system_an_architecture_and_a_variant),
        cmocka_unit_test(what_is_no_platform_is_named),
        cmocka_unit_test(the_nearest_variant_that_runs_is_taken),
        cmocka_unit_test(attestations_are_no_images),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
