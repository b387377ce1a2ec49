/* Any bytes as secrets.json, and as what the file driver keeps beside it. The first byte chooses. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/secret/driver.h"
#include "core/secret/records.h"

static char folder[] = "/tmp/coracle-fuzz-XXXXXX";

static void remove_folder(void)
{
    autoerror *err = NULL;
    path_remove_tree(folder, &err);
}

static void table(struct arena *arena, const char *text, size_t len)
{
    struct secret_table table;
    autoerror *err = NULL;
    int rc = secret_table_decode(arena, text, len, &table, &err);
    assert((rc < 0) == !!err);
    for (size_t i = 0; rc == 0 && i < table.count; i++) {
        autoerror *none = NULL;
        const struct secret *secret = &table.items[i].secret;
        assert(secret->id && secret->name && secret->driver && !strpbrk(secret->id, "/."));
        assert(secret_table_find(&table, secret->id, true, &none) >= 0);
    }
}

static void values(struct arena *arena, const char *text, size_t len)
{
    struct str_map options = { 0 };
    autoerror *err = NULL, *again = NULL;
    const char *value;
    size_t value_len;
    static int made;
    if (!made++) {
        assert(mkdtemp(folder));
        atexit(remove_folder);
    }
    str_map_set(arena, &options, "path", folder);
    assert(path_write_inplace(arena_printf(arena, "%s/secretsdata.json", folder), text, len, 0600, &err) == 0);
    int rc = secret_driver_file.load(arena, &options, "abc", &value, &value_len, &err);
    assert((rc < 0) == !!err);
    rc = secret_driver_file.forget(&options, "abc", &again);
    assert((rc < 0) == !!again);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t len)
{
    autoarena *arena = arena_new();
    if (!len)
        return 0;
    const char *text = arena_strndup(arena, (const char *)data + 1, len - 1);
    switch (*data) {
    case 't': table(arena, text, len - 1); break;
    case 'v': values(arena, text, len - 1); break;
    default: break;
    }
    return 0;
}
