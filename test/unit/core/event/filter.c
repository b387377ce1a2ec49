#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/event/event.h"
#include "core/event/filter.h"

static struct str_pair container_attributes[] = { { "image", "alpine:3" }, { "name", "web" }, { "tier", "front" } };
static struct str_pair image_attributes[] = { { "name", "host:5000/alpine:3" } };
static const struct event container_event = {
    .type = "container", .action = "exec_create: ls", .actor_id = "c0ffee00", .attributes = { container_attributes, 3 }
};
static const struct event image_event = {
    .type = "image", .action = "tag", .actor_id = "sha256:beef", .attributes = { image_attributes, 1 }
};

/* Key and value pairs, ended by NULL. */
static bool passes(const struct event *event, const char *key, ...)
{
    autoarena *arena = arena_new();
    struct event_filters filters = { 0 };
    autoerror *err = NULL;
    va_list more;
    va_start(more, key);
    for (; key; key = va_arg(more, const char *))
        assert_int_equal(event_filter_add(arena, &filters, key, va_arg(more, const char *), &err), 0);
    va_end(more);
    return event_matches(&filters, event);
}

static void values_of_a_key_are_alternatives_and_keys_are_not(void **state)
{
    (void)state;
    assert_true(passes(&container_event, NULL));
    assert_true(passes(&container_event, "type", "image", "type", "container", NULL));
    assert_false(passes(&container_event, "type", "container", "event", "start", NULL));
    assert_true(passes(&container_event, "label", "tier", "label", "tier=front", NULL));
    assert_false(passes(&container_event, "label", "tier=front", "label", "tier=back", NULL));
}

static void an_action_with_words_behind_it_is_found_by_its_name(void **state)
{
    (void)state;
    assert_true(passes(&container_event, "event", "exec_create", NULL));
    assert_false(passes(&container_event, "event", "exec", NULL));
}

static void an_image_of_docker_hub_is_found_by_its_short_name(void **state)
{
    (void)state;
    static struct str_pair attributes[] = { { "name", "docker.io/library/alpine:3" } };
    static const struct event event = { .type = "image", .action = "tag", .actor_id = "sha256:beef", .attributes = { attributes, 1 } };
    assert_true(passes(&event, "image", "alpine", NULL));
    assert_true(passes(&event, "image", "alpine:3", NULL));
    assert_true(passes(&event, "image", "library/alpine:3", NULL));
    assert_true(passes(&event, "image", "docker.io/library/alpine", NULL));
    assert_false(passes(&event, "image", "alpin", NULL));
    assert_false(passes(&event, "image", "alpine:2", NULL));
    assert_false(passes(&event, "image", "docker.io", NULL));
}

static void a_subject_is_found_by_id_and_name(void **state)
{
    (void)state;
    assert_true(passes(&container_event, "container", "c0ff", NULL));
    assert_true(passes(&container_event, "container", "web", NULL));
    assert_true(passes(&container_event, "container", "/web", NULL));
    assert_false(passes(&container_event, "container", "we", NULL));
    assert_false(passes(&container_event, "container", "", NULL));
}

static void an_image_is_found_with_or_without_its_tag(void **state)
{
    (void)state;
    assert_true(passes(&container_event, "image", "alpine", NULL));
    assert_true(passes(&container_event, "image", "alpine:3", NULL));
    assert_false(passes(&container_event, "image", "alp", NULL));
    assert_true(passes(&image_event, "image", "host:5000/alpine", NULL));
    assert_true(passes(&image_event, "image", "sha256:be", NULL));
    assert_false(passes(&image_event, "image", "host", NULL));
}

static void subjects_without_events_match_none(void **state)
{
    (void)state;
    static const char *const keys[] = { "plugin", "service", "node", "secret", "config", "daemon", "pod", "volume", "network" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        assert_false(passes(&container_event, keys[i], "x", NULL));
    assert_false(passes(&container_event, "scope", "swarm", NULL));
    assert_true(passes(&container_event, "scope", "local", NULL));
}

static void an_unknown_key_is_refused(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    struct event_filters filters = { 0 };
    autoerror *err = NULL;
    assert_int_equal(event_filter_add(arena, &filters, "colour", "red", &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_non_null(strstr(err->message, "\"colour\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_key_are_alternatives_and_keys_are_not),
        cmocka_unit_test(an_action_with_words_behind_it_is_found_by_its_name),
        cmocka_unit_test(an_image_of_docker_hub_is_found_by_its_short_name),
        cmocka_unit_test(a_subject_is_found_by_id_and_name),
        cmocka_unit_test(an_image_is_found_with_or_without_its_tag),
        cmocka_unit_test(subjects_without_events_match_none),
        cmocka_unit_test(an_unknown_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
