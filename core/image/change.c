#include "core/image/change.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/image/documents.h"
#include "core/schema/json.h"

static int wrong(const char *word, const char *came, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "changes: %s \"%s\": expected %s", word, came, expected);
}

bool image_change_list(struct arena *arena, const char *text, struct str_list *ret_list)
{
    autoerror *none = NULL;
    const struct json *value = *text == '[' ? json_parse(arena, text, strlen(text), SCHEMA_LIMITS, &none) : NULL;
    struct str_list list = { 0 };
    if (!value || value->kind != JSON_LIST_KIND)
        return false;
    for (size_t i = 0; i < value->count; i++) {
        if (value->members[i].value.kind != JSON_TEXT_KIND)
            return false;
        str_list_add(arena, &list, value->members[i].value.text);
    }
    *ret_list = list;
    return true;
}

/* A list, or a line for the shell. */
static struct str_list read_command(struct arena *arena, const struct image_config_run *run, const char *text)
{
    struct str_list command = { 0 };
    if (image_change_list(arena, text, &command) || !*text)
        return command;
    command = str_list_copy(arena, &run->shell);
    if (!command.count) {
        str_list_add(arena, &command, "/bin/sh");
        str_list_add(arena, &command, "-c");
    }
    str_list_add(arena, &command, text);
    return command;
}

/* The next word, without its quotes and backslashes; *at moves behind it. NULL at the end. */
static const char *next_word(struct arena *arena, const char **at)
{
    const char *from = *at + strspn(*at, " \t");
    char *word = arena_zalloc(arena, strlen(from) + 1);
    size_t len = 0;
    char quote = 0;
    if (!*from)
        return NULL;
    for (; *from && (quote || !isblank((unsigned char)*from)); from++) {
        if (*from == '\\' && from[1] && quote != '\'')
            word[len++] = *++from;
        else if (quote ? *from == quote : *from == '"' || *from == '\'')
            quote = quote ? 0 : *from;
        else
            word[len++] = *from;
    }
    *at = from;
    return word;
}

static void set_env(struct arena *arena, struct str_list *env, const char *key, size_t key_len, const char *entry)
{
    struct str_list kept = { 0 };
    for (size_t i = 0; i < env->count; i++)
        if (strncmp(env->items[i], key, key_len) != 0 || env->items[i][key_len] != '=')
            str_list_add(arena, &kept, env->items[i]);
    str_list_add(arena, &kept, entry);
    *env = kept;
}

/* "A=1 B='x y'", or the old "A everything else". */
static int change_pairs(struct arena *arena, struct image_config_run *run, const char *word, const char *text,
                        bool label, struct error **err)
{
    size_t first = strcspn(text, " \t=");
    struct str_map labels = { 0 };
    for (size_t i = 0; i < run->labels.count; i++)
        str_map_set(arena, &labels, run->labels.items[i].key, run->labels.items[i].value);
    if (!first || !text[first])
        return wrong(word, text, "NAME=VALUE", err);
    if (text[first] != '=') {
        const char *key = arena_strndup(arena, text, first), *value = text + first + strspn(text + first, " \t");
        if (!label)
            set_env(arena, &run->env, key, first, arena_printf(arena, "%s=%s", key, value));
        str_map_set(arena, &labels, key, value);
        if (label)
            run->labels = labels;
        return 0;
    }
    for (const char *pair; (pair = next_word(arena, &text));) {
        const char *equals = strchr(pair, '=');
        if (!equals || equals == pair)
            return wrong(word, pair, "NAME=VALUE", err);
        if (label)
            str_map_set(arena, &labels, arena_strndup(arena, pair, (size_t)(equals - pair)), equals + 1);
        else
            set_env(arena, &run->env, pair, (size_t)(equals - pair), pair);
    }
    if (label)
        run->labels = labels;
    return 0;
}

static void add_new(struct arena *arena, struct str_list *set, const char *item)
{
    struct str_list copy = str_list_copy(arena, set);
    if (!str_list_has(&copy, item))
        str_list_add(arena, &copy, item);
    *set = copy;
}

static int change_expose(struct arena *arena, struct image_config_run *run, const char *text, struct error **err)
{
    for (const char *port; (port = next_word(arena, &text));) {
        size_t digits = strspn(port, "0123456789");
        const char *protocol = port[digits] ? port + digits + 1 : "tcp";
        if (!digits || digits > 5 || (port[digits] && port[digits] != '/') ||
            str_to_int(arena_strndup(arena, port, digits)) > 65535 || str_to_int(arena_strndup(arena, port, digits)) < 1 ||
            (strcmp(protocol, "tcp") && strcmp(protocol, "udp") && strcmp(protocol, "sctp")))
            return wrong("EXPOSE", port, "PORT[/tcp|/udp|/sctp]", err);
        add_new(arena, &run->exposed_ports, arena_printf(arena, "%.*s/%s", (int)digits, port, protocol));
    }
    return 0;
}

static int change_volume(struct arena *arena, struct image_config_run *run, const char *text, struct error **err)
{
    struct str_list paths = { 0 };
    if (!image_change_list(arena, text, &paths))
        for (const char *path; (path = next_word(arena, &text));)
            str_list_add(arena, &paths, path);
    for (size_t i = 0; i < paths.count; i++) {
        if (*paths.items[i] != '/')
            return wrong("VOLUME", paths.items[i], "an absolute path", err);
        add_new(arena, &run->volumes, paths.items[i]);
    }
    return 0;
}

static int change_workdir(struct arena *arena, struct image_config_run *run, const char *text)
{
    if (*text != '/')
        text = arena_printf(arena, "%s/%s", str_or(run->workdir, "/"), text);
    run->workdir = path_clean(arena, text);
    return 0;
}

static int change_shell(struct arena *arena, struct image_config_run *run, const char *text, struct error **err)
{
    return image_change_list(arena, text, &run->shell) && run->shell.count ? 0 : wrong("SHELL", text, "a JSON list of words", err);
}

static int dispatch(struct arena *arena, struct image_config_run *run, const char *word, const char *text, struct error **err)
{
    if (!strcasecmp(word, "CMD")) {
        run->command = read_command(arena, run, text);
        return 0;
    }
    if (!strcasecmp(word, "ENTRYPOINT")) {
        run->entrypoint = read_command(arena, run, text);
        return 0;
    }
    if (!strcasecmp(word, "ENV") || !strcasecmp(word, "LABEL"))
        return change_pairs(arena, run, word, text, !strcasecmp(word, "LABEL"), err);
    if (!strcasecmp(word, "EXPOSE"))
        return change_expose(arena, run, text, err);
    if (!strcasecmp(word, "VOLUME"))
        return change_volume(arena, run, text, err);
    if (!strcasecmp(word, "WORKDIR"))
        return change_workdir(arena, run, text);
    if (!strcasecmp(word, "SHELL"))
        return change_shell(arena, run, text, err);
    if (!strcasecmp(word, "HEALTHCHECK"))
        return image_change_health(arena, run, text, err);
    if (!strcasecmp(word, "USER"))
        run->user = text;
    else if (!strcasecmp(word, "STOPSIGNAL"))
        run->stop_signal = text;
    else if (!strcasecmp(word, "ONBUILD"))
        add_new(arena, &run->on_build, text);
    else
        return wrong(word, text, "one of CMD ENTRYPOINT ENV EXPOSE HEALTHCHECK LABEL ONBUILD SHELL STOPSIGNAL USER VOLUME WORKDIR", err);
    return 0;
}

int image_change(struct arena *arena, struct image_config_run *run, const char *instruction, struct error **err)
{
    const char *start = instruction + strspn(instruction, " \t\n");
    size_t word = strcspn(start, " \t=");
    const char *text = start + word;
    text += strspn(text, " \t");
    if (*text == '=')
        text++;
    size_t len = strlen(text);
    while (len && isspace((unsigned char)text[len - 1]))
        len--;
    if (!word || (!len && strncasecmp(start, "CMD", 3) != 0 && strncasecmp(start, "ENTRYPOINT", 10) != 0))
        return wrong("instruction", instruction, "INSTRUCTION VALUE", err);
    return dispatch(arena, run, arena_strndup(arena, start, word), arena_strndup(arena, text, len), err);
}
