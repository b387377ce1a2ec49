#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/detach_keys.h"

static struct detach_keys parsed(const char *text)
{
    autoerror *err = NULL;
    struct detach_keys keys;
    if (detach_keys_parse(text, &keys, &err) < 0)
        fail_msg("%s", err->message);
    return keys;
}

/* Passes the bytes on in pieces of @piece and returns what came out; "!" at the end stands for having detached. */
static const char *passed(struct detach_keys keys, const char *in, size_t len, size_t piece)
{
    static char out[256];
    size_t made = 0;
    bool detached = false;
    for (size_t at = 0; at < len && !detached; at += piece)
        made += detach_keys_filter(&keys, in + at, len - at < piece ? len - at : piece, out + made, &detached);
    if (detached)
        out[made++] = '!';
    out[made] = '\0';
    return out;
}

static void default_is_ctrl_p_ctrl_q(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 8; piece++) {
        assert_string_equal(passed(parsed(NULL), "ab\x10\x11" "cd", 6, piece), "ab!");
        assert_string_equal(passed(parsed(NULL), "\x10x\x10\x10y", 5, piece), "\x10x\x10\x10y");
        assert_string_equal(passed(parsed(NULL), "\x10\x10\x11", 3, piece), "\x10!");
    }
}

static void letters_and_control_keys_mix(void **state)
{
    (void)state;
    struct detach_keys keys = parsed("ctrl-x,x,ctrl-@,ctrl-[,ctrl-_,Q");
    assert_int_equal(keys.count, 6);
    assert_memory_equal(keys.keys, "\x18x\0\x1b\x1fQ", 6);
    assert_string_equal(passed(parsed("a"), "bcaq", 4, 4), "bc!");
    assert_string_equal(passed(parsed("ctrl-X"), "\x18", 1, 1), "!");
}

static void an_empty_list_never_detaches(void **state)
{
    (void)state;
    assert_string_equal(passed(parsed(""), "\x10\x11", 2, 2), "\x10\x11");
}

static void what_is_no_key_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = { "ctrl-", "ctrl-pp", "xy",     "a,,b",
                                         "a,",    ",",       "ctrl-1", "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        autoerror *err = NULL;
        struct detach_keys keys;
        assert_int_equal(detach_keys_parse(wrong[i], &keys, &err), -1);
        assert_int_equal(err->kind, ERROR_INVALID);
        assert_non_null(strstr(err->message, wrong[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(default_is_ctrl_p_ctrl_q),
        cmocka_unit_test(letters_and_control_keys_mix),
        cmocka_unit_test(an_empty_list_never_detaches),
        cmocka_unit_test(what_is_no_key_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
