#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/registry/home.h"

static const char *expand(struct home *home, const char *name)
{
    struct str_list names = { 0 };
    if (registry_expand_short_name(home->arena, name, &names, &home->err) < 0)
        return NULL;
    return str_join(home->arena, &names, " ");
}

#define EXPANDS(name, names)                                                                                           \
    do {                                                                                                               \
        const char *expanded = expand(home, name);                                                                     \
        if (!expanded)                                                                                                 \
            fail_msg("%s: %s", name, home->err->message);                                                              \
        assert_string_equal(expanded, names);                                                                          \
    } while (0)

#define DOES_NOT_EXPAND(name, error_kind, words) FAILS(expand(home, name) ? 0 : -1, error_kind, words)

static void an_alias_stands_for_its_name_alone(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "unqualified-search-registries = ['a.example', 'b.example']\n"
               "[aliases]\n\"tool\" = \"registry.example/team/tool\"\n'deep/tool' = 'docker.io/x'\n");
    EXPANDS("tool", "registry.example/team/tool:latest");
    EXPANDS("tool:1.0", "registry.example/team/tool:1.0");
    EXPANDS("deep/tool", "docker.io/library/x:latest");
    DOES_NOT_EXPAND("other", ERROR_INVALID, "cannot prompt without a TTY");
}

static void a_digest_goes_along_with_an_alias(void **state)
{
    struct home *home = *state;
    home_write(home, CONF, "[aliases]\ntool = \"registry.example/tool\"\n");
    EXPANDS("tool@sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
            "registry.example/tool@sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");
}

static void one_search_registry_is_used_in_every_mode(void **state)
{
    struct home *home = *state;
    home_write(home, CONF, "unqualified-search-registries = ['a.example:5000']\n");
    EXPANDS("tool", "a.example:5000/tool:latest");
    home_write(home, CONF, "unqualified-search-registries = ['docker.io']\nshort-name-mode = 'permissive'\n");
    EXPANDS("tool", "docker.io/library/tool:latest");
    EXPANDS("team/tool:2", "docker.io/team/tool:2");
}

static void several_are_tried_in_order_unless_a_person_has_to_choose(void **state)
{
    struct home *home = *state;
    const char *text = "unqualified-search-registries = ['a.example', 'b.example']\nshort-name-mode = '%s'\n";
    home_write(home, CONF, arena_printf(home->arena, text, "permissive"));
    EXPANDS("tool", "a.example/tool:latest b.example/tool:latest");
    home_write(home, CONF, arena_printf(home->arena, text, "enforcing"));
    DOES_NOT_EXPAND("tool", ERROR_INVALID, "short-name-mode = \"permissive\"");
}

static void mode_disabled_hears_no_alias(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "unqualified-search-registries = ['a.example', 'b.example']\nshort-name-mode = 'disabled'\n"
               "[aliases]\ntool = 'registry.example/tool'\n");
    EXPANDS("tool", "a.example/tool:latest b.example/tool:latest");
}

static void without_alias_and_search_registry_the_file_is_named(void **state)
{
    struct home *home = *state;
    DOES_NOT_EXPAND("tool", ERROR_INVALID, home_path(home, CONF));
}

static void later_files_win_by_name_and_an_empty_alias_takes_one_away(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "unqualified-search-registries = ['a.example']\n[aliases]\none = 'x.example/1'\ntwo = 'x.example/2'\n");
    home_write(home, CONF ".d/10-a.conf",
               "unqualified-search-registries = ['b.example']\n[aliases]\none = 'y.example/1'\n");
    home_write(home, CONF ".d/20-b.conf", "[aliases]\ntwo = ''\n");
    home_write(home, CONF ".d/30-c.text", "[aliases]\none = 'never.example/1'\n");
    EXPANDS("one", "y.example/1:latest");
    EXPANDS("two", "b.example/two:latest");
    home_write(home, ".cache/containers/short-name-aliases.conf", "[aliases]\none = 'answered.example/1'\n");
    EXPANDS("one", "answered.example/1:latest");
}

static void a_file_that_the_environment_names_counts_instead(void **state)
{
    struct home *home = *state;
    home_write(home, CONF, "unqualified-search-registries = ['a.example']\n");
    home_write(home, "other.conf", "unqualified-search-registries = ['b.example']\n");
    setenv("CONTAINERS_REGISTRIES_CONF", home_path(home, "other.conf"), 1);
    EXPANDS("tool-that-nobody-has", "b.example/tool-that-nobody-has:latest");
}

static void a_broken_file_is_named_with_what_is_wrong(void **state)
{
    struct home *home = *state;
    static const char *const broken[][2] = {
        { "unqualified-search-registries = [", "registries.conf" },
        { "short-name-mode = 'sometimes'",
          "short-name-mode: \"sometimes\": expected enforcing, permissive or disabled" },
        { "[registries.search]\nregistries = ['a']", "version 1" },
        { "[[registry]]\ninsecure = true", "a [[registry]] has no location" },
        { "[[registry]]\nlocation = 'https://a.example'", "expected HOST[:PORT][/PATH]" },
        { "[[registry]]\nlocation = 'a.example'\n[[registry.mirror]]\ninsecure = true", "has no location" },
        { "[[registry]]\nlocation = 'a.example'\n[[registry.mirror]]\nlocation = 'b.example'\npull-from-mirror = 'x'",
          "expected all, digest-only or tag-only" },
        { "[[registry]]\nprefix = 'a.*.example'\nlocation = 'a.example'", "a * only in front" },
        { "[aliases]\none = 1", "expected a name in quotes" },
        { "registry = 'a.example'", "expected [[registry]]" },
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        home_write(home, CONF, broken[i][0]);
        DOES_NOT_EXPAND("tool", ERROR_INVALID, broken[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(an_alias_stands_for_its_name_alone),
        AT_HOME(a_digest_goes_along_with_an_alias),
        AT_HOME(one_search_registry_is_used_in_every_mode),
        AT_HOME(several_are_tried_in_order_unless_a_person_has_to_choose),
        AT_HOME(mode_disabled_hears_no_alias),
        AT_HOME(without_alias_and_search_registry_the_file_is_named),
        AT_HOME(later_files_win_by_name_and_an_empty_alias_takes_one_away),
        AT_HOME(a_file_that_the_environment_names_counts_instead),
        AT_HOME(a_broken_file_is_named_with_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
