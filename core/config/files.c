#include "core/config/files.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/base/str.h"
#include "core/config/toml.h"

#define MAX_FILE_BYTES (4u << 20)

int config_read_toml(struct arena *arena, const char *path, struct toml **ret_file, struct error **err)
{
    autofree char *text = path_read(path, MAX_FILE_BYTES, NULL, err);
    if (!text) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        return 0;
    }
    *ret_file = toml_parse(arena, text, path, err);
    return *ret_file ? 0 : -1;
}

static int is_conf(const struct dirent *entry)
{
    return str_ends(entry->d_name, ".conf");
}

void config_list_dir(struct arena *arena, const char *dir, struct str_list *list)
{
    struct dirent **entries;
    int count = scandir(dir, &entries, is_conf, alphasort);
    if (count < 0)
        return;
    for (int i = 0; i < count; i++) {
        str_list_add(arena, list, arena_printf(arena, "%s/%s", dir, entries[i]->d_name));
        free(entries[i]);
    }
    free(entries);
}
