#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/secret/changes.h"
#include "core/secret/driver.h"
#include "core/state/bell.h"
#include "core/state/state.h"

static struct arena *arena;
static char folder[64];
static struct config config = { .secret_driver = "file" };
static struct engine engine;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-secret-XXXXXX");
    assert_non_null(mkdtemp(folder));
    engine = (struct engine){ .root = folder, .config = &config };
    engine.bell = bell_open(folder);
    engine.state = state_open(folder, &engine);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    autoerror *err = NULL;
    state_close(engine.state);
    bell_close(engine.bell);
    path_remove_tree(folder, &err);
    arena_free(arena);
    return 0;
}

static const char *make(const char *name, const char *value)
{
    autoerror *err = NULL;
    const char *id;
    const struct secret_wish wish = { .name = name, .data = value, .len = strlen(value) };
    if (secret_create(&engine, arena, &wish, &id, &err) < 0)
        fail_msg("%s", err->message);
    return id;
}

static struct secret find(const char *key)
{
    autoerror *err = NULL;
    struct secret secret;
    if (secret_find(&engine, arena, key, &secret, &err) < 0)
        fail_msg("%s", err->message);
    return secret;
}

static bool exists(const char *key)
{
    autoerror *err = NULL;
    struct secret secret;
    return secret_find(&engine, arena, key, &secret, &err) == 0;
}

static const char *read_file(const char *name)
{
    autoerror *err = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/secrets/%s", folder, name), 1 << 20, NULL, &err);
    return text ? arena_strdup(arena, text) : "";
}

static void write_table(const char *text)
{
    autoerror *err = NULL;
    assert_int_equal(path_mkdirs(arena_printf(arena, "%s/secrets", folder), 0700, &err), 0);
    assert_int_equal(path_write_inplace(arena_printf(arena, "%s/secrets/secrets.json", folder), text, strlen(text), 0600, &err), 0);
}

static void a_value_comes_back(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct secret secret;
    const char *id = make("name", "value"), *data;
    size_t len;
    assert_int_equal(strlen(id), 25);
    assert_int_equal(secret_load(&engine, arena, "name", &secret, &data, &len, &err), 0);
    assert_int_equal(len, 5);
    assert_string_equal(data, "value");
    assert_string_equal(secret.id, id);
    assert_string_equal(str_map_get(&secret.options, "path"), arena_printf(arena, "%s/secrets/filedriver", folder));
    assert_int_equal(secret_remove(&engine, id, &err), 0);
    assert_false(exists("name"));
}

/* What a record has that we do not know stays while others come and go. */
static void records_of_others_stay_as_they_are(void **state)
{
    (void)state;
    autoerror *err = NULL;
    write_table("{\"secrets\":{\"aa\":{\"name\":\"theirs\",\"id\":\"aa\",\"future\":{\"x\":[1,null]},\"metadata\":{\"m\":\"n\"},"
                "\"createdAt\":\"2021-02-03T04:05:06.123456789Z\",\"driver\":\"file\",\"driverOptions\":{\"path\":\"/p\"}}}}");
    make("ours", "x");
    assert_non_null(strstr(read_file("secrets.json"), "\"future\":{\"x\":[1,null]}"));
    assert_non_null(strstr(read_file("secrets.json"), "\"theirs\":\"aa\""));
    assert_true(find("theirs").updated_unix_ns == find("theirs").created_unix_ns);
    assert_int_equal(secret_remove(&engine, "ours", &err), 0);
    assert_non_null(strstr(read_file("secrets.json"), "\"future\":{\"x\":[1,null]}"));
    assert_true(exists("a"));
}

static void what_is_no_table_is_an_error_that_names_the_file(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "", "{", "[]", "null", "{\"secrets\":[]}", "{\"secrets\":{\"aa\":1}}", "{\"secrets\":{\"aa\":{\"id\":\"aa\",\"name\":\"n\"}}}",
        "{\"secrets\":{\"aa\":{\"id\":\"ab\",\"name\":\"n\",\"driver\":\"file\"}}}",
        "{\"secrets\":{\"../x\":{\"id\":\"../x\",\"name\":\"n\",\"driver\":\"pass\"}}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        autoerror *err = NULL, *again = NULL;
        struct secret secret;
        const char *id;
        const struct secret_wish wish = { .name = "n", .data = "x", .len = 1 };
        write_table(texts[i]);
        assert_int_equal(secret_find(&engine, arena, "n", &secret, &err), -1);
        assert_int_equal(err->kind, ERROR_INTERNAL);
        assert_non_null(strstr(err->message, "secrets.json"));
        assert_int_equal(secret_create(&engine, arena, &wish, &id, &again), -1);
        assert_string_equal(read_file("secrets.json"), texts[i]);
    }
}

static void the_beginning_of_two_ids_is_refused(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct secret secret;
    write_table("{\"secrets\":{\"aa1\":{\"name\":\"x\",\"id\":\"aa1\",\"driver\":\"file\"},\"aa2\":{\"name\":\"y\",\"id\":\"aa2\",\"driver\":\"file\"}}}");
    assert_int_equal(secret_find(&engine, arena, "aa", &secret, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_string_equal(find("aa2").name, "y");
}

/* ---- kills ---- */

static void intend(const struct secret *secret, bool removing)
{
    autoerror *err = NULL;
    if (change_begin(&engine, secret, removing, &err) < 0)
        fail_msg("%s", err->message);
}

static void a_value_without_a_secret_is_removed(void **state)
{
    (void)state;
    autoerror *err = NULL;
    make("other", "o");
    struct secret half = find("other");
    half.id = "0123456789abcdef012345678";
    intend(&half, false);
    assert_int_equal(secret_driver_file.store(&half.options, half.id, "x", 1, &err), 0);
    assert_non_null(strstr(read_file("filedriver/secretsdata.json"), half.id));
    assert_int_equal(secret_repair(&engine, &err), 0);
    assert_null(strstr(read_file("filedriver/secretsdata.json"), half.id));
    assert_true(exists("other"));
}

static void a_whole_secret_stays(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const char *id = make("whole", "w"), *data;
    size_t len;
    struct secret secret = find("whole");
    intend(&secret, false);
    assert_int_equal(secret_repair(&engine, &err), 0);
    assert_int_equal(secret_load(&engine, arena, id, &secret, &data, &len, &err), 0);
    assert_string_equal(data, "w");
}

static void a_removal_is_finished(void **state)
{
    (void)state;
    autoerror *err = NULL;
    make("going", "g");
    const struct secret secret = find("going");
    intend(&secret, true);
    assert_int_equal(secret_driver_file.forget(&secret.options, secret.id, &err), 0);
    assert_false(exists("going"));
    assert_null(strstr(read_file("secrets.json"), secret.id));
    assert_int_equal(change_repair(&engine, false, &err), -2);
}

/* ---- filters ---- */

static bool matches(bool docker, const char *key, const char *value)
{
    autoerror *err = NULL;
    struct secret_filters filters = { 0 };
    struct str_pair labels[] = { { "a", "b" }, { "none", "" } };
    const struct secret secret = { .id = "abc", .name = "web.key", .labels = { labels, 2 } };
    if (secret_filter_add(arena, &filters, docker, key, value, &err) < 0)
        fail_msg("%s", err->message);
    return secret_matches(&filters, &secret);
}

static void filters_match(void **state)
{
    (void)state;
    assert_true(matches(false, "name", "b.k") && matches(false, "name", "^web"));
    assert_false(matches(true, "name", "b.k"));
    assert_true(matches(true, "name", "web") && matches(true, "names", "web.key"));
    assert_false(matches(true, "names", "web"));
    assert_true(matches(true, "id", "ab") && matches(false, "id", "abc"));
    assert_false(matches(false, "id", "bc"));
    assert_true(matches(false, "label", "a") && matches(false, "label", "a=b") && matches(true, "label", "none="));
    assert_false(matches(false, "label", "a=") || matches(false, "label", "b") || matches(false, "label", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_value_comes_back, setup, teardown),
        cmocka_unit_test_setup_teardown(records_of_others_stay_as_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_no_table_is_an_error_that_names_the_file, setup, teardown),
        cmocka_unit_test_setup_teardown(the_beginning_of_two_ids_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_value_without_a_secret_is_removed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_whole_secret_stays, setup, teardown),
        cmocka_unit_test_setup_teardown(a_removal_is_finished, setup, teardown),
        cmocka_unit_test_setup_teardown(filters_match, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
