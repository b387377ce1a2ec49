#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/registry/home.h"

#define BY_DIGEST "@sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* "HOST REPOSITORY [insecure] [mirror], …" */
static const char *find(struct home *home, const char *name)
{
    struct registry_endpoints found;
    struct str_list texts = { 0 };
    struct reference reference = home_reference(home, name);
    if (registry_find_endpoints(home->arena, &reference, &found, &home->err) < 0)
        return NULL;
    for (size_t i = 0; i < found.count; i++)
        str_list_add(home->arena, &texts,
                     arena_printf(home->arena, "%s %s%s%s", found.items[i].host, found.items[i].repository,
                                  found.items[i].insecure ? " insecure" : "", found.items[i].mirror ? " mirror" : ""));
    return str_join(home->arena, &texts, ", ");
}

#define IS_AT(name, places)                                                                                            \
    do {                                                                                                               \
        const char *found = find(home, name);                                                                          \
        if (!found)                                                                                                    \
            fail_msg("%s: %s", name, home->err->message);                                                              \
        assert_string_equal(found, places);                                                                            \
    } while (0)

static void a_name_nobody_speaks_of_is_where_it_says(void **state)
{
    struct home *home = *state;
    IS_AT("r.example:5000/a/b:1", "r.example:5000 a/b");
}

static void the_hub_has_a_host_of_another_name(void **state)
{
    struct home *home = *state;
    struct registry_endpoints found;
    struct reference reference = home_reference(home, "alpine:3");
    OK(registry_find_endpoints(home->arena, &reference, &found, &home->err));
    assert_int_equal(found.count, 1);
    assert_string_equal(found.items[0].host, "registry-1.docker.io");
    assert_string_equal(found.items[0].auth_host, "docker.io");
    assert_string_equal(found.items[0].repository, "library/alpine");
}

static void the_longest_prefix_on_a_border_counts(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "[[registry]]\nlocation = 'r.example'\ninsecure = true\n"
               "[[registry]]\nprefix = 'r.example/foo'\nlocation = 'other.example/a'\n"
               "[[registry]]\nprefix = 'r.example/foo/hm:7'\nlocation = 'tagged.example/x'\n");
    IS_AT("r.example/bar:1", "r.example bar insecure");
    IS_AT("r.example/foo/hm:1", "other.example a/hm");
    IS_AT("r.example/foobar:1", "r.example foobar insecure");
    IS_AT("r.example:5000/foo/hm", "r.example:5000 foo/hm insecure");
    IS_AT("r.example/foo/hm:7", "tagged.example x");
    IS_AT("r.examples/foo", "r.examples foo");
}

static void a_wildcard_covers_hosts_below_it(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "[[registry]]\nprefix = '*.r.example'\ninsecure = true\n"
               "[[registry]]\nprefix = '*.q.example'\nlocation = 'one.example/q'\n");
    IS_AT("a.r.example/x", "a.r.example x insecure");
    IS_AT("a.b.r.example:5000/x", "a.b.r.example:5000 x insecure");
    IS_AT("r.example/x", "r.example x");
    IS_AT("a.r.example.org/x", "a.r.example.org x");
    IS_AT("s.example/a.r.example/x", "s.example a.r.example/x");
    IS_AT("a.q.example/x/y", "one.example q/x/y");
}

static void mirrors_come_first_with_marks_of_their_own(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "[[registry]]\nlocation = 'r.example'\n"
               "[[registry.mirror]]\nlocation = 'm1.example:5000'\ninsecure = true\n"
               "[[registry.mirror]]\nlocation = 'm2.example/cache'\n");
    IS_AT("r.example/a/b:1", "m1.example:5000 a/b insecure mirror, m2.example cache/a/b mirror, r.example a/b");
}

static void mirrors_are_left_out_for_references_they_do_not_take(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "[[registry]]\nlocation = 'r.example'\n"
               "[[registry.mirror]]\nlocation = 'd.example'\npull-from-mirror = 'digest-only'\n"
               "[[registry.mirror]]\nlocation = 't.example'\npull-from-mirror = 'tag-only'\n"
               "[[registry]]\nlocation = 'o.example'\nmirror-by-digest-only = true\n"
               "[[registry.mirror]]\nlocation = 'm.example'\n");
    IS_AT("r.example/a:1", "t.example a mirror, r.example a");
    IS_AT("r.example/a" BY_DIGEST, "d.example a mirror, r.example a");
    IS_AT("o.example/a:1", "o.example a");
    IS_AT("o.example/a" BY_DIGEST, "m.example a mirror, o.example a");
}

static void a_later_file_replaces_a_prefix_as_a_whole(void **state)
{
    struct home *home = *state;
    home_write(home, CONF, "[[registry]]\nlocation = 'r.example'\n[[registry.mirror]]\nlocation = 'm.example'\n");
    home_write(home, CONF ".d/1.conf", "[[registry]]\nlocation = 'r.example'\ninsecure = true\n");
    IS_AT("r.example/a", "r.example a insecure");
}

static void a_blocked_registry_is_forbidden_by_its_file(void **state)
{
    struct home *home = *state;
    home_write(home, CONF,
               "[[registry]]\nlocation = 'r.example'\n[[registry]]\nprefix = 'r.example/bad'\n"
               "location = 'r.example/bad'\nblocked = true\n");
    IS_AT("r.example/good", "r.example good");
    FAILS(find(home, "r.example/bad/x") ? 0 : -1, ERROR_FORBIDDEN,
          arena_printf(home->arena, "registry r.example/bad is blocked in %s", home_path(home, CONF)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(a_name_nobody_speaks_of_is_where_it_says),
        AT_HOME(the_hub_has_a_host_of_another_name),
        AT_HOME(the_longest_prefix_on_a_border_counts),
        AT_HOME(a_wildcard_covers_hosts_below_it),
        AT_HOME(mirrors_come_first_with_marks_of_their_own),
        AT_HOME(mirrors_are_left_out_for_references_they_do_not_take),
        AT_HOME(a_later_file_replaces_a_prefix_as_a_whole),
        AT_HOME(a_blocked_registry_is_forbidden_by_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
