#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "test/unit/core/registry/home.h"

#define ACCEPT "[{\"type\":\"insecureAcceptAnything\"}]"
#define REJECT "[{\"type\":\"reject\"}]"

static int check(struct home *home, const char *name)
{
    struct reference reference = home_reference(home, name);
    return registry_check_policy(home->arena, &reference, &home->err);
}

static void without_a_scope_the_default_holds(void **state)
{
    struct home *home = *state;
    home_write(home, POLICY, "{\"default\":" ACCEPT "}");
    OK(check(home, "r.example/a:1"));
    home_write(home, POLICY, "{\"default\":" REJECT "}");
    FAILS(check(home, "r.example/a:1"), ERROR_FORBIDDEN, "Running image docker://r.example/a:1 is rejected by policy.");
}

static void the_narrowest_scope_counts(void **state)
{
    struct home *home = *state;
    static const char *const scopes[] = {
        "", "*.example", "r.example", "r.example/a", "r.example/a/b", "r.example/a/b:1"
    };
    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        const char *wider = i ? arena_printf(home->arena, "\"%s\":" REJECT ",", scopes[i - 1]) : "";
        home_write(home, POLICY,
                   arena_printf(home->arena,
                                "{\"default\":" REJECT ",\"transports\":{\"docker\":{%s\"%s\":" ACCEPT "}}}", wider,
                                scopes[i]));
        OK(check(home, "r.example/a/b:1"));
    }
    FAILS(check(home, "r.example/a/b:2"), ERROR_FORBIDDEN, "rejected");
    FAILS(check(home, "r.example/a/bc:1"), ERROR_FORBIDDEN, "rejected");
}

static void scopes_of_other_transports_do_not_count(void **state)
{
    struct home *home = *state;
    home_write(home, POLICY, "{\"default\":" REJECT ",\"transports\":{\"docker-daemon\":{\"\":" ACCEPT "}}}");
    FAILS(check(home, "r.example/a:1"), ERROR_FORBIDDEN, "rejected");
}

static void signatures_that_cannot_be_checked_mean_no(void **state)
{
    struct home *home = *state;
    home_write(home, POLICY, "{\"default\":[{\"type\":\"signedBy\",\"keyType\":\"GPGKeys\",\"keyPath\":\"/k\"}]}");
    FAILS(check(home, "r.example/a:1"), ERROR_FORBIDDEN, "signedBy");
    home_write(home, POLICY, "{\"default\":[{\"type\":\"insecureAcceptAnything\"},{\"type\":\"sigstoreSigned\"}]}");
    FAILS(check(home, "r.example/a:1"), ERROR_FORBIDDEN, "sigstoreSigned");
}

static void a_broken_policy_is_no_policy(void **state)
{
    struct home *home = *state;
    static const char *const broken[] = {
        "",
        "[]",
        "{}",
        "{\"default\":[]}",
        "{\"default\":{}}",
        "{\"default\":[{}]}",
        "{\"default\":[{\"type\":\"maybe\"}]}",
        "{",
    };
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        home_write(home, POLICY, broken[i]);
        FAILS(check(home, "r.example/a:1"), ERROR_INVALID, POLICY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        AT_HOME(without_a_scope_the_default_holds),
        AT_HOME(the_narrowest_scope_counts),
        AT_HOME(scopes_of_other_transports_do_not_count),
        AT_HOME(signatures_that_cannot_be_checked_mean_no),
        AT_HOME(a_broken_policy_is_no_policy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
