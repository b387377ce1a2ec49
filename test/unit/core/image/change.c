#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/image/change.h"
#include "core/image/documents.h"

/* The configuration after instructions, as JSON; the error's text when one is refused. */
static const char *change(struct arena *arena, const char *const *instructions)
{
    struct image_config_run run = { 0 };
    autoerror *err = NULL;
    autobuf out = BUF(1 << 20);
    for (; *instructions; instructions++)
        if (image_change(arena, &run, *instructions, &err) < 0)
            return arena_strdup(arena, err->message);
    schema_encode(&out, image_config_run_schema(), &run, SCHEMA_NEWEST);
    return arena_strdup(arena, buf_text(&out));
}

#define CHANGES(json, ...) assert_string_equal(change(arena, (const char *const[]){ __VA_ARGS__, NULL }), json)
#define REFUSES(words, instruction)                                                                                    \
    assert_non_null(strstr(change(arena, (const char *const[]){ instruction, NULL }), words))

static void commands_are_lists_or_lines_for_a_shell(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    CHANGES("{\"Cmd\":[\"a\",\"b c\"]}", "CMD [\"a\", \"b c\"]");
    CHANGES("{\"Cmd\":[\"/bin/sh\",\"-c\",\"echo $HOME\"]}", "cmd echo $HOME  ");
    CHANGES("{\"Entrypoint\":[\"/bin/sh\",\"-c\",\"[ -e x ]\"]}", "ENTRYPOINT [ -e x ]");
    CHANGES("{\"Cmd\":[\"ash\",\"-e\",\"x\"],\"Shell\":[\"ash\",\"-e\"]}", "SHELL [\"ash\",\"-e\"]", "CMD x");
    REFUSES("SHELL \"sh\": expected a JSON list of words", "SHELL sh");
}

static void pairs_are_read_with_quotes_and_replace_each_other(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    CHANGES("{\"Env\":[\"B=x y\",\"A=2\"]}", "ENV A=1 B='x y'", "ENV A=2");
    CHANGES("{\"Env\":[\"A=one two\"]}", "ENV A one two");
    CHANGES("{\"Labels\":{\"a\":\"2\",\"b\":\"c d\"}}", "LABEL a=1", "LABEL b=\"c d\" a=2");
    REFUSES("expected NAME=VALUE", "ENV A");
    REFUSES("expected NAME=VALUE", "ENV A=1 B");
    REFUSES("expected NAME=VALUE", "LABEL =x");
}

static void health_checks_are_commands_with_times(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    CHANGES("{\"Healthcheck\":{\"Test\":[\"CMD-SHELL\",\"test -e /x\"]}}", "HEALTHCHECK CMD test -e /x");
    CHANGES("{\"Healthcheck\":{\"Test\":[\"CMD\",\"a\",\"b c\"],\"Interval\":5000000000,\"Timeout\":1000000,\"StartPeriod\":60000000000,"
            "\"StartInterval\":2000000000,\"Retries\":3}}",
            "healthcheck --interval=5s --timeout=1ms --start-period=1m --start-interval=2s --retries=3 CMD [\"a\", \"b c\"]");
    CHANGES("{\"Healthcheck\":{\"Test\":[\"NONE\"]}}", "HEALTHCHECK CMD x", "HEALTHCHECK NONE");
    REFUSES("expected CMD COMMAND or NONE", "HEALTHCHECK x");
    REFUSES("expected CMD COMMAND or NONE", "HEALTHCHECK --retries=1");
    REFUSES("expected a duration of at least 1ms", "HEALTHCHECK --interval=1us CMD x");
    REFUSES("expected a number of tries", "HEALTHCHECK --retries=x CMD x");
    REFUSES("expected --interval", "HEALTHCHECK --often CMD x");
}

static void ports_and_volumes_are_sets(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    CHANGES("{\"ExposedPorts\":{\"80/tcp\":{},\"53/udp\":{}}}", "EXPOSE 80 53/udp", "EXPOSE 80/tcp");
    CHANGES("{\"Volumes\":{\"/a\":{},\"/b c\":{}}}", "VOLUME [\"/a\",\"/b c\"]", "VOLUME /a");
    REFUSES("EXPOSE \"0\"", "EXPOSE 0");
    REFUSES("EXPOSE \"65536\"", "EXPOSE 65536");
    REFUSES("EXPOSE \"1/icmp\"", "EXPOSE 1/icmp");
    REFUSES("VOLUME \"a\": expected an absolute path", "VOLUME a");
}

static void a_directory_is_taken_from_the_one_before(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    CHANGES("{\"WorkingDir\":\"/a/c\"}", "WORKDIR /a/b", "WORKDIR ../c");
    CHANGES("{\"User\":\"1:2\",\"StopSignal\":\"SIGINT\"}", "USER 1:2", "STOPSIGNAL SIGINT");
    CHANGES("{\"User\":\"x\"}", "USER=x");
}

static void what_is_no_instruction_is_named(void **state)
{
    (void)state;
    autoarena *arena = arena_new();
    REFUSES("RUN \"x\": expected one of", "RUN x");
    REFUSES("expected INSTRUCTION VALUE", "");
    REFUSES("expected INSTRUCTION VALUE", "USER");
    REFUSES("expected INSTRUCTION VALUE", "  ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_lists_or_lines_for_a_shell),
        cmocka_unit_test(pairs_are_read_with_quotes_and_replace_each_other),
        cmocka_unit_test(health_checks_are_commands_with_times),
        cmocka_unit_test(ports_and_volumes_are_sets),
        cmocka_unit_test(a_directory_is_taken_from_the_one_before),
        cmocka_unit_test(what_is_no_instruction_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
