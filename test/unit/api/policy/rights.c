/* The real tables: whoever adds a route or a varlink method says what it needs. */
#include "api/policy/rights.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "api/route.h"
#include "api/varlink/interface.h"

#define FOR_EACH_ROUTE(route)                                                                                          \
    for (const struct route *const *table = api_routes; *table; table++)                                              \
        for (const struct route *route = *table; route->path; route++)

#define FOR_EACH_METHOD(method)                                                                                        \
    for (const struct varlink_interface *const *interface = varlink_interfaces; *interface; interface++)              \
        for (const struct varlink_method *const *table = (*interface)->methods; *table; table++)                      \
            for (const struct varlink_method *method = *table; method->name; method++)

static void every_route_has_a_right_that_is_known(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route) {
        if (!route->rights)
            fail_msg("%s %s (%s) has no .rights: api/policy/rights.c lists them", route->method, route->path, route->file);
        if (!policy_is_right(route->rights))
            fail_msg("%s %s has the right \"%s\", which has no row in api/policy/rights.c", route->method, route->path,
                     route->rights);
    }
}

static void every_varlink_method_has_a_right_that_is_known(void **state)
{
    (void)state;
    FOR_EACH_METHOD (method)
        if (!method->rights || !policy_is_right(method->rights))
            fail_msg("%s.%s has the right \"%s\": expected one of api/policy/rights.c", (*interface)->name, method->name,
                     method->rights ? method->rights : "");
}

static void what_only_reads_is_asked_for_by_get_or_head(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route) {
        bool asks = !strcmp(route->method, "GET") || !strcmp(route->method, "HEAD") || !strcmp(route->method, "OPTIONS");
        bool waits = strstr(route->path, "/wait") != NULL; /* Docker made it a POST; it changes nothing */
        if (!asks && !waits && !policy_right_changes(route->rights))
            fail_msg("%s %s has the right %s, as if it changed nothing", route->method, route->path, route->rights);
    }
}

static bool is_route_id(const char *id)
{
    FOR_EACH_ROUTE (route)
        if (!strcmp(route->id, id))
            return true;
    return false;
}

static void presets_give_what_there_is(void **state)
{
    (void)state;
    for (const struct policy_preset *preset = policy_presets; preset->name; preset++)
        for (const char *const *grant = preset->grants; grant && *grant; grant++)
            if (!policy_is_right(*grant) && !is_route_id(*grant))
                fail_msg("preset %s gives \"%s\", which is neither right nor route", preset->name, *grant);
}

static void presets_for_readers_change_nothing(void **state)
{
    (void)state;
    for (const char *const *grant = policy_find_preset("monitor")->grants; *grant; grant++)
        assert_false(policy_right_changes(*grant));
    for (const char *const *grant = policy_find_preset("proxy")->grants; *grant; grant++)
        FOR_EACH_ROUTE (route)
            if (!strcmp(route->id, *grant))
                assert_false(policy_right_changes(route->rights));
    assert_null(policy_find_preset("nosuch"));
}

static bool monitor_may(const char *right)
{
    for (const char *const *grant = policy_find_preset("monitor")->grants; *grant; grant++)
        if (!strcmp(*grant, right))
            return true;
    return false;
}

static void files_of_containers_are_not_for_readers(void **state)
{
    (void)state;
    static const char *const ends[] = { "/archive", "/export", "/mount", "/unmount", "/commit" };
    int seen = 0;
    FOR_EACH_ROUTE (route)
        for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
            if (strstr(route->path, "volumes") == NULL && str_ends(route->path, ends[i])) {
                seen++;
                assert_false(monitor_may(route->rights));
            }
    assert_true(seen >= 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_has_a_right_that_is_known),
        cmocka_unit_test(every_varlink_method_has_a_right_that_is_known),
        cmocka_unit_test(what_only_reads_is_asked_for_by_get_or_head),
        cmocka_unit_test(presets_give_what_there_is),
        cmocka_unit_test(presets_for_readers_change_nothing),
        cmocka_unit_test(files_of_containers_are_not_for_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
