#include "core/container/environment.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/container/spec.h"

#define VALUE_MAX (1u << 17) /* bytes: the kernel takes no longer one */

static size_t name_length(const char *entry)
{
    return strcspn(entry, "=");
}

static bool same_name(const char *a, const char *b)
{
    return name_length(a) == name_length(b) && !strncmp(a, b, name_length(a));
}

static bool has_name(const struct str_list *env, const char *entry)
{
    for (size_t i = 0; i < env->count; i++)
        if (same_name(env->items[i], entry))
            return true;
    return false;
}

/* What is above replaces what is below; a name alone removes. */
static struct str_list put_above(struct arena *arena, const struct str_list *below, const struct str_list *above)
{
    struct str_list merged = { 0 };
    for (size_t i = 0; i < below->count; i++)
        if (!has_name(above, below->items[i]))
            str_list_add(arena, &merged, below->items[i]);
    for (size_t i = 0; i < above->count; i++) {
        bool again = false; /* the last one of a name counts */
        for (size_t j = i + 1; j < above->count; j++)
            again |= same_name(above->items[i], above->items[j]);
        if (!again && strchr(above->items[i], '='))
            str_list_add(arena, &merged, above->items[i]);
    }
    return merged;
}

bool container_environment_lacks(const struct container_spec *spec, const char *entry)
{
    if (spec->env_cleared)
        return true;
    for (size_t i = 0; i < spec->env.count; i++)
        if (!strchr(spec->env.items[i], '=') && same_name(spec->env.items[i], entry))
            return true;
    return false;
}

static bool is_proxy(const char *entry)
{
    static const char *const names[] = { "http_proxy=", "https_proxy=", "ftp_proxy=", "no_proxy=" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strncasecmp(entry, names[i], strlen(names[i])))
            return true;
    return false;
}

static struct str_list server_variables(struct arena *arena, const struct container_spec *spec)
{
    struct str_list list = { 0 };
    for (char **at = environ; at && *at; at++)
        if (strchr(*at, '=') && (spec->env_host || (spec->env_proxies && is_proxy(*at))))
            str_list_add(arena, &list, arena_strdup(arena, *at));
    return list;
}

static const char *value_of(const struct str_list *env, const char *name, size_t len)
{
    for (size_t i = 0; i < env->count; i++)
        if (name_length(env->items[i]) == len && !strncmp(env->items[i], name, len))
            return env->items[i] + len + 1;
    return "";
}

/* $NAME and ${NAME} become values of @env. */
static const char *expand(struct arena *arena, const struct str_list *env, const char *text, struct error **err)
{
    autobuf out = BUF(VALUE_MAX);
    for (const char *at = text; *at;) {
        bool braces = at[0] == '$' && at[1] == '{';
        const char *name = at + 1 + braces;
        size_t len = 0;
        while (*at == '$' && (isalnum((unsigned char)name[len]) || name[len] == '_'))
            len++;
        if (braces && (!len || name[len] != '}')) {
            error_set(err, ERROR_INVALID, 0, "envmerge: \"%.80s\" is not valid: expected $NAME or ${NAME} in it", text);
            return NULL;
        }
        if (len) {
            buf_puts(&out, value_of(env, name, len));
            at = name + len + braces;
        } else {
            buf_putc(&out, *at++);
        }
    }
    if (!out.full)
        return arena_strdup(arena, buf_text(&out));
    error_set(err, ERROR_INVALID, 0, "envmerge: the value of \"%.80s\" is longer than %u bytes", text, VALUE_MAX);
    return NULL;
}

/* Into @merged, below the user's own. */
static int expand_merge(struct arena *arena, const struct container_spec *spec, const struct str_list *env, struct str_list *merged,
                        struct error **err)
{
    for (size_t i = 0; i < spec->env_merge.count; i++) {
        const char *entry = spec->env_merge.items[i], *text;
        if (!strchr(entry, '=') || *entry == '=')
            return error_set(err, ERROR_INVALID, 0, "envmerge: \"%.80s\" is not NAME=value", entry);
        if (!(text = expand(arena, env, entry, err)))
            return -1;
        str_list_add(arena, merged, text);
    }
    return 0;
}

int container_environment(struct arena *arena, const struct container_spec *spec, const struct str_list *image,
                          struct str_list *ret_env, struct error **err)
{
    struct str_list above = { 0 }, below = spec->env_cleared ? (struct str_list){ 0 } : *image;
    struct str_list server = server_variables(arena, spec);
    if (expand_merge(arena, spec, image, &above, err) < 0)
        return -1;
    for (size_t i = 0; i < spec->env.count; i++)
        str_list_add(arena, &above, spec->env.items[i]);
    below = put_above(arena, &below, &server);
    *ret_env = put_above(arena, &below, &above);
    return 0;
}
