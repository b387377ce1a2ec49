/* The real tables, read rather than called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/route.h"
#include "core/base/arena.h"

static struct arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

#define FOR_EACH_ROUTE(route)                                                   \
    for (const struct route *const *table = api_routes; *table; table++)        \
        for (const struct route *route = *table; route->path; route++)

static bool is_libpod(const struct route *route)
{
    return str_starts(route->path, "/libpod/");
}

/* style: the path with its dialect in front, names dropped; item.c when it ends in one. */
static const char *expected_file(const struct route *route)
{
    struct str_list segments = str_split(arena, route->path + 1, '/'), kept = { 0 };
    str_list_add(arena, &kept, is_libpod(route) ? "api" : "api/docker");
    for (size_t i = 0; i < segments.count; i++)
        if (*segments.items[i] && *segments.items[i] != '{')
            str_list_add(arena, &kept, segments.items[i]);
    if (str_ends(route->path, "}"))
        str_list_add(arena, &kept, "item");
    return arena_printf(arena, "%s.c", str_join(arena, &kept, "/"));
}

static void the_url_is_the_file_name(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route)
        if (strcmp(route->file, expected_file(route)))
            fail_msg("%s %s is in %s, expected %s", route->method, route->path, route->file, expected_file(route));
}

static void every_route_says_what_it_is(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route) {
        if (!route->id || !route->tag || !route->summary || !route->handler || !route->responses[0].status)
            fail_msg("%s %s lacks id, tag, summary, handler or replies", route->method, route->path);
        if ((route->body_kind == BODY_JSON || route->body_kind == BODY_JSON_OPTIONAL) != (route->body != NULL))
            fail_msg("%s %s: a JSON body has a type, and only that", route->method, route->path);
    }
}

static void operation_ids_are_unique(void **state)
{
    (void)state;
    struct str_list seen[2] = { 0 };
    FOR_EACH_ROUTE (route) {
        struct str_list *list = &seen[is_libpod(route)];
        if (route->until) /* superseded by a newer one of the same path */
            continue;
        if (str_list_has(list, route->id))
            fail_msg("two routes are called %s", route->id);
        str_list_add(arena, list, route->id);
    }
}

static bool is_param(const struct route *route, const char *name)
{
    for (const struct param *param = route->params ? route->params() : NULL; param && param->name; param++)
        if (param->place == PARAM_PATH && !strcmp(param->name, name))
            return true;
    return false;
}

static void names_of_the_path_are_parameters(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route) {
        for (const char *open = strchr(route->path, '{'); open; open = strchr(open + 1, '{')) {
            char *name = arena_strndup(arena, open + 1, strcspn(open, "}") - 1);
            if (str_ends(name, "..."))
                name[strlen(name) - 3] = '\0';
            if (!is_param(route, name))
                fail_msg("%s %s has no parameter %s", route->method, route->path, name);
        }
        for (const struct param *param = route->params ? route->params() : NULL; param && param->name; param++)
            if (param->place == PARAM_PATH && !strstr(route->path, arena_printf(arena, "{%s}", param->name)) &&
                !strstr(route->path, arena_printf(arena, "{%s...}", param->name)))
                fail_msg("%s %s: parameter %s is not in the path", route->method, route->path, param->name);
    }
}

static void no_two_routes_are_the_same(void **state)
{
    (void)state;
    struct str_list seen = { 0 };
    FOR_EACH_ROUTE (route) {
        const char *key = arena_printf(arena, "%s %s %u", route->method, route->path, route->until);
        if (str_list_has(&seen, key))
            fail_msg("%s is there twice", key);
        str_list_add(arena, &seen, key);
    }
}

static void no_reply_is_declared_twice(void **state)
{
    (void)state;
    FOR_EACH_ROUTE (route)
        for (size_t i = 0; i < ROUTE_MAX_REPLIES && route->responses[i].status; i++)
            for (size_t j = 0; j < i; j++)
                if (route->responses[i].status == route->responses[j].status &&
                    route->responses[i].shape == route->responses[j].shape &&
                    route->responses[i].schema == route->responses[j].schema && route->responses[i].media == route->responses[j].media)
                    fail_msg("%s %s declares %d twice", route->method, route->path, route->responses[i].status);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_url_is_the_file_name),
        cmocka_unit_test(every_route_says_what_it_is),
        cmocka_unit_test(operation_ids_are_unique),
        cmocka_unit_test(names_of_the_path_are_parameters),
        cmocka_unit_test(no_two_routes_are_the_same),
        cmocka_unit_test(no_reply_is_declared_twice),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
