#include "core/store/bigdata.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/mem.h"
#include "core/base/str.h"

char *bigdata_file_name(const char *key)
{
    bool plain = strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789.") == strlen(key);
    if (plain && strspn(key, ".") != strlen(key))
        return mem_strdup(key);
    autoarena *arena = arena_new();
    return mem_printf("=%s", str_base64(arena, key, strlen(key)));
}
