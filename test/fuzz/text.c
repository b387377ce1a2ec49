/* Small readers of text from outside: times, durations, base64, paths, names. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/base/str.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    const char *text = arena_strndup(arena, (const char *)data, len);
    char again[CLOCK_TEXT_SIZE];
    int64_t ns, back;
    if (!clock_parse(text, &ns)) {
        assert(!clock_parse(clock_format(ns, again), &back));
        assert(ns == back);
    }
    clock_parse_duration(text, &ns);
    clock_parse_when(text, 1700000000000000000, "since", &ns, &err);
    error_clear(&err);
    size_t decoded;
    char *bytes = str_base64_decode(arena, text, &decoded);
    if (bytes) {
        size_t twice;
        char *same = str_base64_decode(arena, str_base64(arena, bytes, decoded), &twice);
        assert(same && twice == decoded && !memcmp(same, bytes, decoded));
    }
    const char *clean = path_clean(arena, text);
    assert(*clean == '/' && !strstr(clean, "//") && !strstr(clean, "/../"));
    assert(!strcmp(clean, path_clean(arena, clean)));
    if (!str_check_name(text, "name", &err))
        assert(!strchr(text, '/') && strcmp(text, "..") && *text);
    error_clear(&err);
    struct str_list parts = str_split(arena, text, ',');
    if (*text && text[strlen(text) - 1] != ',')
        assert(!strcmp(str_join(arena, &parts, ","), text));
    return 0;
}
