/* The option --secret of coracle run */
#include <stdlib.h>
#include <string.h>

#include "cmd/coracle/run_options.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/str.h"

struct wish {
    struct libpod_secret_use use;
    bool variable;
    const char *of_files; /* an option that only files have; NULL: none was given */
};

static int refuse(const char *text, const char *why, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "--secret \"%s\": %s", text, why);
}

/* "0400": octal, as chmod(1) has it. */
static int take_mode(struct arena *arena, const char *value, struct libpod_secret_use *use)
{
    if (!*value || strlen(value) > 5 || value[strspn(value, "01234567")] || strtol(value, NULL, 8) > 07777)
        return -1;
    use->mode = arena_zalloc(arena, sizeof *use->mode);
    *use->mode = strtol(value, NULL, 8);
    return 0;
}

static int take_word(struct arena *arena, const char *text, const char *word, struct wish *wish, struct error **err)
{
    const char *equals = strchr(word, '=');
    const char *key = equals ? arena_strndup(arena, word, (size_t)(equals - word)) : word, *value = equals ? equals + 1 : "";
    bool owner = !strcmp(key, "uid") || !strcmp(key, "gid");
    if (owner || !strcmp(key, "mode"))
        wish->of_files = key;
    if (owner) {
        int64_t id = *(key[0] == 'u' ? &wish->use.uid : &wish->use.gid) = str_to_int(value);
        return id < 0 || id > UINT32_MAX - 1LL ? refuse(text, "uid and gid are numbers", err) : 0;
    }
    if (!strcmp(key, "mode"))
        return take_mode(arena, value, &wish->use) < 0 ? refuse(text, "mode is octal, 0 to 7777", err) : 0;
    if (!strcmp(key, "type") && (!strcmp(value, "mount") || !strcmp(value, "env"))) {
        wish->variable = *value == 'e';
        return 0;
    }
    if (!strcmp(key, "type"))
        return refuse(text, "type is mount or env", err);
    if (strcmp(key, "target") || !*value)
        return refuse(text, "expected NAME[,type=mount|env][,target=…][,uid=…][,gid=…][,mode=…]", err);
    wish->use.target = value;
    return 0;
}

int run_add_secret(struct arena *arena, struct libpod_spec *spec, const char *text, struct error **err)
{
    struct str_list words = str_split(arena, text, ',');
    struct wish wish = { 0 };
    if (!words.count || !*words.items[0] || strchr(words.items[0], '='))
        return refuse(text, "expected the name or id of a secret first", err);
    wish.use.source = words.items[0];
    for (size_t i = 1; i < words.count; i++)
        if (take_word(arena, text, words.items[i], &wish, err) < 0)
            return -1;
    if (wish.variable && wish.of_files)
        return refuse(text, "a variable has no uid, gid or mode", err);
    if (wish.variable) {
        str_map_set(arena, &spec->secret_env, str_or(wish.use.target, wish.use.source), wish.use.source);
        return 0;
    }
    struct libpod_secret_use *grown = arena_array(arena, spec->secrets.count + 1, sizeof *grown);
    if (spec->secrets.count)
        memcpy(grown, spec->secrets.items, spec->secrets.count * sizeof *grown);
    grown[spec->secrets.count++] = wish.use;
    spec->secrets.items = grown;
    return 0;
}
