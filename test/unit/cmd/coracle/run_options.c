/* cmd/coracle/run_options.c: the command line as the request's body */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cmd/coracle/run_options.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"

static struct arena *arena;

/* @line: words after "run", blanks between them */
static int parse(const char *line, struct run_options *ret_options, struct error **err)
{
    struct client client = { .arena = arena };
    struct str_list words = { 0 };
    str_list_add(arena, &words, "run");
    struct str_list rest = str_split(arena, line, ' ');
    for (size_t i = 0; i < rest.count; i++)
        str_list_add(arena, &words, rest.items[i]);
    str_list_add(arena, &words, NULL);
    *ret_options = (struct run_options){ 0 };
    optind = 0;
    return run_options_parse(&client, (int)words.count - 1, (char **)words.items, ret_options, err);
}

static struct run_options parsed(const char *line)
{
    autoerror *err = NULL;
    struct run_options options;
    if (parse(line, &options, &err) < 0)
        fail_msg("%s", err->message);
    return options;
}

static void refused(const char *line, const char *text)
{
    autoerror *err = NULL;
    struct run_options options;
    assert_int_equal(parse(line, &options, &err), -1);
    assert_int_equal(err->kind, ERROR_INVALID);
    if (!strstr(err->message, text))
        fail_msg("\"%s\" says: %s", line, err->message);
}

static void options_end_at_the_image(void **state)
{
    (void)state;
    struct run_options options = parsed("-it --rm --name n image ls -l --name x");
    assert_true(options.spec.stdin_open && options.spec.terminal && options.spec.remove);
    assert_false(options.detach);
    assert_string_equal(options.spec.name, "n");
    assert_string_equal(options.spec.image, "image");
    assert_int_equal(options.spec.command.count, 4);
    assert_string_equal(options.spec.command.items[0], "ls");
    assert_string_equal(options.spec.command.items[3], "x");
    assert_true(parsed("--detach image").detach);
}

static void variables_come_with_a_value_or_from_us(void **state)
{
    (void)state;
    setenv("CORACLE_TEST_OURS", "ours", 1);
    unsetenv("CORACLE_TEST_NOBODYS");
    struct run_options options = parsed("-e A=b=c -e CORACLE_TEST_OURS -e CORACLE_TEST_NOBODYS --env E= image");
    assert_int_equal(options.spec.env.count, 3);
    assert_string_equal(str_map_get(&options.spec.env, "A"), "b=c");
    assert_string_equal(str_map_get(&options.spec.env, "CORACLE_TEST_OURS"), "ours");
    assert_string_equal(str_map_get(&options.spec.env, "E"), "");
}

static void a_port_has_up_to_four_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host_ip;
        int64_t host, inner, range;
        const char *protocol;
    } rows[] = {
        { "80", NULL, 0, 80, 1, "tcp" },
        { "8080:80", NULL, 8080, 80, 1, "tcp" },
        { "127.0.0.1:8080:80/udp", "127.0.0.1", 8080, 80, 1, "udp" },
        { "127.0.0.1::80", "127.0.0.1", 0, 80, 1, "tcp" },
        { "[::1]:8080:80", "::1", 8080, 80, 1, "tcp" },
        { "8000-8002:80-82", NULL, 8000, 80, 3, "tcp" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct run_options options = parsed(arena_printf(arena, "-p %s image", rows[i].text));
        assert_int_equal(options.spec.portmappings.count, 1);
        struct libpod_port *port = options.spec.portmappings.items;
        assert_true(str_eq(port->host_ip, rows[i].host_ip));
        assert_int_equal(port->host_port, rows[i].host);
        assert_int_equal(port->container_port, rows[i].inner);
        assert_int_equal(port->range, rows[i].range);
        assert_string_equal(port->protocol, rows[i].protocol);
    }
    static const char *const wrong[] = { "http", "0", "65536", "80-79", "8000-8001:80", "1:2:3:4", ":", "80:" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        refused(arena_printf(arena, "-p %s image", wrong[i]), wrong[i]);
}

static void a_volume_is_a_path_a_name_or_nameless(void **state)
{
    (void)state;
    struct run_options options = parsed("-v /etc:/mnt:ro,z -v data:/data -v /anon -v ./nosuch:/x image");
    assert_int_equal(options.spec.mounts.count, 2);
    assert_string_equal(options.spec.mounts.items[0].source, "/etc");
    assert_string_equal(options.spec.mounts.items[0].destination, "/mnt");
    assert_int_equal(options.spec.mounts.items[0].options.count, 2);
    assert_string_equal(options.spec.mounts.items[1].source, "./nosuch");
    assert_int_equal(options.spec.volumes.count, 2);
    assert_string_equal(options.spec.volumes.items[0].name, "data");
    assert_string_equal(options.spec.volumes.items[0].dest, "/data");
    assert_string_equal(options.spec.volumes.items[1].name, "");
    assert_string_equal(options.spec.volumes.items[1].dest, "/anon");
    refused("-v a:b image", "absolute target");
    refused("-v /a:/b:ro:more image", "[SOURCE:]TARGET[:OPTIONS]");
}

static void memory_has_units(void **state)
{
    (void)state;
    assert_int_equal(parsed("-m 1000 image").spec.resources.memory.limit, 1000);
    assert_int_equal(parsed("-m 64k image").spec.resources.memory.limit, 64 << 10);
    assert_int_equal(parsed("-m 1.5m image").spec.resources.memory.limit, 3 << 19);
    assert_int_equal(parsed("--memory 2GB image").spec.resources.memory.limit, 2ll << 30);
    refused("-m much image", "much");
    refused("-m -1 image", "-1");
    refused("-m 1x image", "1x");
    refused("-m 1e30g image", "1e30g");
    refused("-m nan image", "nan");
}

static void a_network_is_a_mode_or_a_name(void **state)
{
    (void)state;
    assert_string_equal(parsed("--network none image").spec.netns.mode, "none");
    struct run_options options = parsed("--network container:other image");
    assert_string_equal(options.spec.netns.mode, "container");
    assert_string_equal(options.spec.netns.value, "other");
    options = parsed("--network mine image");
    assert_string_equal(options.spec.netns.mode, "bridge");
    assert_int_equal(options.spec.networks.count, 1);
    assert_string_equal(options.spec.networks.items[0].key, "mine");
}

static void what_is_no_option_is_refused_by_name(void **state)
{
    (void)state;
    refused("--frobnicate image", "--frobnicate is not an option");
    refused("-Z image", "-Z is not an option");
    refused("-e", "-e needs a value");
    refused("--name", "--name needs a value");
    refused("--rm=yes image", "takes no value");
    refused("-d", "usage: coracle run");
}

static void secrets_are_files_or_variables(void **state)
{
    (void)state;
    struct run_options options =
        parsed("--secret one --secret two,target=/etc/two,uid=7,gid=8,mode=0400 --secret three,type=env --secret four,type=env,target=FOUR image");
    assert_int_equal(options.spec.secrets.count, 2);
    assert_string_equal(options.spec.secrets.items[0].source, "one");
    assert_null(options.spec.secrets.items[0].mode);
    const struct libpod_secret_use *two = &options.spec.secrets.items[1];
    assert_string_equal(two->target, "/etc/two");
    assert_int_equal(two->uid, 7);
    assert_int_equal(two->gid, 8);
    assert_int_equal(*two->mode, 0400);
    assert_int_equal(options.spec.secret_env.count, 2);
    assert_string_equal(str_map_get(&options.spec.secret_env, "three"), "three");
    assert_string_equal(str_map_get(&options.spec.secret_env, "FOUR"), "four");
}

static void bad_secrets_are_refused(void **state)
{
    (void)state;
    refused("--secret target=x image", "name or id of a secret first");
    refused("--secret one,type=file image", "mount or env");
    refused("--secret one,mode=9 image", "octal");
    refused("--secret one,uid=root image", "numbers");
    refused("--secret one,type=env,mode=0400 image", "no uid, gid or mode");
    refused("--secret one,colour=red image", "expected NAME");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_end_at_the_image),
        cmocka_unit_test(variables_come_with_a_value_or_from_us),
        cmocka_unit_test(a_port_has_up_to_four_parts),
        cmocka_unit_test(a_volume_is_a_path_a_name_or_nameless),
        cmocka_unit_test(memory_has_units),
        cmocka_unit_test(a_network_is_a_mode_or_a_name),
        cmocka_unit_test(what_is_no_option_is_refused_by_name),
        cmocka_unit_test(secrets_are_files_or_variables),
        cmocka_unit_test(bad_secrets_are_refused),
    };
    arena = arena_new();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
