/* core/volume: rows and directories of the local driver, in a folder of the test's own */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/sink.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/state/bell.h"
#include "core/state/state.h"
#include "core/volume/volume.h"

static struct arena *arena;
static char folder[64];
static struct config config = { .volume_plugin_timeout = 1 };
static struct engine engine;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    strcpy(folder, "/tmp/coracle-volume-XXXXXX");
    assert_non_null(mkdtemp(folder));
    engine = (struct engine){ .root = folder, .state_dir = folder, .run_dir = folder, .config = &config };
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

static struct volume make_with(const char *name, struct str_map labels, struct str_map options)
{
    autoerror *err = NULL;
    struct volume volume;
    const struct volume_request request = { .name = name, .labels = labels, .options = options };
    if (volume_create(&engine, arena, &request, &volume, &err) < 0)
        fail_msg("%s", err->message);
    return volume;
}

static struct volume make(const char *name)
{
    return make_with(name, (struct str_map){ 0 }, (struct str_map){ 0 });
}

static struct str_map one(const char *key, const char *value)
{
    struct str_map map = { 0 };
    str_map_set(arena, &map, key, value);
    return map;
}

static void refused(const struct volume_request *request, enum error_kind kind, const char *words)
{
    autoerror *err = NULL;
    struct volume volume;
    assert_int_equal(volume_create(&engine, arena, request, &volume, &err), -1);
    assert_int_equal(err->kind, kind);
    if (!strstr(err->message, words))
        fail_msg("%s: expected: %s", err->message, words);
    error_clear(&err);
    assert_int_equal(volume_propose(&engine, arena, request, &volume, &err), -1);
    assert_int_equal(err->kind, kind);
}

static bool is_there(const char *name)
{
    autoerror *err = NULL;
    struct volume volume;
    return volume_find(&engine, arena, name, &volume, &err) == 0;
}

static void a_volume_is_a_directory_until_it_is_removed(void **state)
{
    (void)state;
    autoerror *err = NULL;
    const struct volume volume = make("v");
    struct stat st;
    assert_int_equal(stat(volume.mountpoint, &st), 0);
    assert_true(S_ISDIR(st.st_mode));
    assert_string_equal(volume.driver, "local");
    assert_true(volume.needs_copy_up && volume.needs_chown && !volume.needs_mount);
    assert_int_equal(make("v").created_unix_ns, volume.created_unix_ns); /* the same one */
    assert_int_equal(volume_remove(&engine, "v", false, &err), 0);
    assert_int_equal(stat(volume.mountpoint, &st), -1);
    assert_int_equal(volume_remove(&engine, "v", false, &err), -1);
    assert_int_equal(err->kind, ERROR_NOT_FOUND);
    assert_string_equal(err->noun, "volume");
}

static void a_name_is_made_up_when_there_is_none(void **state)
{
    (void)state;
    const struct volume first = make(NULL), second = make("");
    assert_int_equal(strlen(first.name), 64);
    assert_string_not_equal(first.name, second.name);
}

static void what_cannot_be_is_refused_by_name(void **state)
{
    (void)state;
    make("taken");
    refused(&(struct volume_request){ .name = "a/b" }, ERROR_INVALID, "a/b");
    refused(&(struct volume_request){ .name = "taken", .fresh = true }, ERROR_CONFLICT, "taken");
    refused(&(struct volume_request){ .name = "taken", .driver = "image" }, ERROR_CONFLICT, "image");
    refused(&(struct volume_request){ .name = "taken", .options = one("o", "uid=1") }, ERROR_CONFLICT, "other options");
    refused(&(struct volume_request){ .name = "v", .driver = "nosuch" }, ERROR_NOT_FOUND, "nosuch");
    refused(&(struct volume_request){ .name = "v", .driver = "../nosuch" }, ERROR_NOT_FOUND, "nosuch");
    refused(&(struct volume_request){ .name = "v", .options = one("colour", "red") }, ERROR_INVALID, "colour");
    refused(&(struct volume_request){ .name = "v", .options = one("o", "uid=root") }, ERROR_INVALID, "uid=root");
    refused(&(struct volume_request){ .name = "v", .options = one("o", "size=1m") }, ERROR_INVALID, "no quota support");
    refused(&(struct volume_request){ .name = "v", .options = one("o", "inodes=10") }, ERROR_INVALID, "no quota support");
    refused(&(struct volume_request){ .name = "v", .options = one("size", "1m") }, ERROR_INVALID, "no quota support");
    refused(&(struct volume_request){ .name = "v", .options = one("type", "tmpfs,x\\") }, ERROR_INVALID, "device");
    refused(&(struct volume_request){ .name = "v", .options = one("device", "/x") }, ERROR_INVALID, "type");
    assert_false(is_there("v"));
    assert_int_equal(path_exists(arena_printf(arena, "%s/volumes/v", folder)), 0);
}

static void the_owner_is_what_the_options_say(void **state)
{
    (void)state;
    struct stat st;
    if (geteuid())
        skip();
    const struct volume volume = make_with("v", (struct str_map){ 0 }, one("o", "uid=1000,gid=1001"));
    assert_int_equal(stat(volume.mountpoint, &st), 0);
    assert_int_equal(st.st_uid, 1000);
    assert_int_equal(st.st_gid, 1001);
    assert_false(volume.needs_chown);
    assert_int_equal(volume.uid, 1000);
}

/* Names of those that pass, a blank behind each. */
static const char *listed(const char *key, const char *value)
{
    autoerror *err = NULL;
    struct volume_filters filters = { 0 };
    struct volume_list list;
    char *names = arena_strdup(arena, "");
    if (key && volume_filter_add(arena, &filters, key, value, &err) < 0)
        fail_msg("%s", err->message);
    if (volume_list(&engine, arena, &filters, &list, &err) < 0)
        fail_msg("%s", err->message);
    for (size_t i = 0; i < list.count; i++)
        names = arena_printf(arena, "%s%s ", names, list.items[i].name);
    return names;
}

static void use(const char *name, const char *container_id, bool anonymous)
{
    autoerror *err = NULL;
    const struct volume_request request = { .name = name, .anonymous = anonymous };
    if (volume_use(&engine, arena, &request, container_id, &err) < 0)
        fail_msg("%s", err->message);
}

static void lists_are_filtered(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct volume_filters filters = { 0 };
    make_with("red", one("colour", "red"), (struct str_map){ 0 });
    make_with("owned", one("colour", "blue"), one("o", "uid=1"));
    use("used", "c1", true);
    assert_string_equal(listed(NULL, NULL), "owned red used ");
    assert_string_equal(listed("name", "^r"), "red ");
    assert_string_equal(listed("label", "colour"), "owned red ");
    assert_string_equal(listed("label", "colour=red"), "red ");
    assert_string_equal(listed("label!", "colour=red"), "owned used ");
    assert_string_equal(listed("opt", "o"), "owned ");
    assert_string_equal(listed("dangling", "true"), "owned red ");
    assert_string_equal(listed("dangling", "0"), "used ");
    assert_string_equal(listed("anonymous", "true"), "used ");
    assert_string_equal(listed("driver", "image"), "");
    assert_string_equal(listed("after", "red"), "owned used ");
    assert_string_equal(listed("until", "1h"), "");
    assert_int_equal(volume_filter_add(arena, &filters, "dangling", "maybe", &err), -1);
    error_clear(&err);
    assert_int_equal(volume_filter_add(arena, &filters, "colour", "red", &err), -1);
    error_clear(&err);
    assert_int_equal(volume_filter_add(arena, &filters, "name", "(", &err), -1);
}

static void one_in_use_stays_and_an_anonymous_one_goes_with_its_last_container(void **state)
{
    (void)state;
    autoerror *err = NULL;
    use("named", "c1", false);
    use("shared", "c1", true);
    use("shared", "c2", true);
    assert_int_equal(volume_remove(&engine, "named", false, &err), -1);
    assert_int_equal(err->kind, ERROR_CONFLICT);
    assert_non_null(strstr(err->message, "c1"));
    error_clear(&err);
    assert_int_equal(volume_remove(&engine, "named", true, &err), -1); /* force is about plugins */
    error_clear(&err);
    assert_int_equal(volume_release(&engine, "c1", true, &err), 0);
    assert_true(is_there("named") && is_there("shared"));
    assert_int_equal(volume_release(&engine, "c2", true, &err), 0);
    assert_true(is_there("named"));
    assert_false(is_there("shared"));
}

static void prune_removes_what_nobody_uses(void **state)
{
    (void)state;
    autoerror *err = NULL;
    static const struct volume_filters every;
    struct volume_pruned *pruned;
    size_t count;
    const struct volume loose = make("loose");
    use("used", "c1", false);
    autofd file = open(arena_printf(arena, "%s/file", loose.mountpoint), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    assert_int_equal(write(file, "hello", 5), 5);
    assert_int_equal(volume_prune(&engine, arena, &every, &pruned, &count, &err), 0);
    assert_int_equal(count, 1);
    assert_string_equal(pruned[0].name, "loose");
    assert_int_equal(pruned[0].bytes, 5);
    assert_null(pruned[0].error);
    assert_true(is_there("used"));
}

static void a_size_is_remembered_until_somebody_had_the_volume(void **state)
{
    (void)state;
    autoerror *err = NULL;
    struct volume volume = make("v");
    int64_t bytes = -1;
    const char *path = arena_printf(arena, "%s/file", volume.mountpoint);
    assert_int_equal(path_write_atomic(path, "hello", 5, 0644, false, &err), 0);
    assert_int_equal(volume_size(&engine, &volume, &bytes, &err), 0);
    assert_int_equal(bytes, 5);
    assert_int_equal(path_write_atomic(path, "more text", 9, 0644, false, &err), 0);
    assert_int_equal(volume_size(&engine, &volume, &bytes, &err), 0);
    assert_int_equal(bytes, 5); /* nobody could have */
    assert_int_equal(volume_mount(&engine, arena, &volume, "c1", "/v", false, &err), 0);
    assert_int_equal(volume_size(&engine, &volume, &bytes, &err), 0);
    assert_int_equal(bytes, 9);
    assert_int_equal(volume_unmount(&engine, "c1", &err), 0);
    assert_int_equal(path_write_atomic(path, "x", 1, 0644, false, &err), 0);
    assert_int_equal(volume_size(&engine, &volume, &bytes, &err), 0);
    assert_int_equal(bytes, 1);
}

static int append(void *context, const void *data, size_t len, struct error **err)
{
    (void)err;
    buf_append(context, data, len);
    return 0;
}

static long take(void *context, void *into, size_t len, struct error **err)
{
    (void)err;
    struct buf *from = context;
    len = len < from->len ? len : from->len;
    memcpy(into, buf_text(from), len);
    buf_drop_front(from, len);
    return (long)len;
}

static void what_goes_out_comes_back_in(void **state)
{
    (void)state;
    autoerror *err = NULL;
    autobuf archive = BUF(1 << 20);
    const struct volume from = make("from"), to = make("to");
    const struct sink sink = { &archive, append, NULL };
    const struct source source = { &archive, take };
    assert_int_equal(mkdir(arena_printf(arena, "%s/dir", from.mountpoint), 0750), 0);
    assert_int_equal(path_write_atomic(arena_printf(arena, "%s/dir/file", from.mountpoint), "hello", 5, 0640, false, &err), 0);
    assert_int_equal(volume_export(&engine, "from", &sink, &err), 0);
    assert_int_equal(volume_import(&engine, "to", &source, &err), 0);
    autofree char *text = path_read(arena_printf(arena, "%s/dir/file", to.mountpoint), 100, NULL, &err);
    assert_string_equal(text, "hello");
    buf_puts(&archive, "this is no archive, though long enough that it could be the beginning of one");
    assert_int_equal(volume_import(&engine, "to", &source, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    assert_non_null(strstr(err->message, "to"));
    error_clear(&err);
    assert_int_equal(volume_remove(&engine, "to", false, &err), 0); /* no job has it any more */
}

static void what_a_kill_left_half_made_is_cleared_away(void **state)
{
    (void)state;
    autoerror *err = NULL;
    make("whole");
    const struct volume half = make("half");
    assert_non_null(state_lock(engine.state, &err));
    assert_int_equal(state_exec(engine.state, &err, "UPDATE volumes SET stage = 1 WHERE name = 'half'", ""), 0);
    state_unlock(engine.state);
    assert_false(is_there("half"));
    assert_string_equal(listed(NULL, NULL), "whole ");
    assert_int_equal(volume_repair(&engine, &err), 0);
    assert_false(path_exists(half.mountpoint));
    assert_true(is_there("whole"));
    make("half");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_volume_is_a_directory_until_it_is_removed),
        TEST(a_name_is_made_up_when_there_is_none),
        TEST(what_cannot_be_is_refused_by_name),
        TEST(the_owner_is_what_the_options_say),
        TEST(lists_are_filtered),
        TEST(one_in_use_stays_and_an_anonymous_one_goes_with_its_last_container),
        TEST(prune_removes_what_nobody_uses),
        TEST(a_size_is_remembered_until_somebody_had_the_volume),
        TEST(what_goes_out_comes_back_in),
        TEST(what_a_kill_left_half_made_is_cleared_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
