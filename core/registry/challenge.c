#include "core/registry/challenge.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/str.h"

static const char *skip(const char *at)
{
    return at + strspn(at, " \t,");
}

/* name=value or name="value"; *at moves behind it. false at the end, or where another scheme begins. */
static bool next_parameter(struct arena *arena, const char **at, const char **ret_name, const char **ret_value)
{
    const char *from = skip(*at);
    size_t name = strcspn(from, "= \t,\"");
    if (!name || from[name] != '=')
        return false;
    *ret_name = arena_strndup(arena, from, name);
    from += name + 1;
    if (*from == '"') {
        char *value = arena_zalloc(arena, strlen(from) + 1);
        size_t len = 0;
        for (from++; *from && *from != '"'; from++) {
            if (*from == '\\' && from[1])
                from++;
            value[len++] = *from;
        }
        *ret_value = value;
        *at = *from ? from + 1 : from;
    } else {
        size_t len = strcspn(from, " \t,");
        *ret_value = arena_strndup(arena, from, len);
        *at = from + len;
    }
    return true;
}

static void keep(struct challenge *challenge, const char *name, const char *value)
{
    if (!strcasecmp(name, "realm"))
        challenge->realm = value;
    else if (!strcasecmp(name, "service"))
        challenge->service = value;
    else if (!strcasecmp(name, "scope"))
        challenge->scope = value;
    else if (!strcasecmp(name, "error"))
        challenge->error = value;
}

/* A header may hold several: each begins with a word that is no parameter. */
static void read_header(struct arena *arena, const char *header, struct challenge *best)
{
    const char *at = skip(header), *name, *value;
    while (*at) {
        size_t word = strcspn(at, " \t,");
        struct challenge one = { .realm = "", .service = "", .scope = "", .error = "" };
        one.bearer = word == 6 && !strncasecmp(at, "Bearer", 6);
        one.basic = word == 5 && !strncasecmp(at, "Basic", 5);
        at += word;
        while (next_parameter(arena, &at, &name, &value))
            keep(&one, name, value);
        at = skip(at);
        if (one.bearer || (one.basic && !best->bearer && !best->basic))
            *best = one;
    }
}

struct challenge challenge_read(struct arena *arena, const struct str_list *headers)
{
    struct challenge best = { .realm = "", .service = "", .scope = "", .error = "" };
    for (size_t i = 0; i < headers->count && !best.bearer; i++)
        read_header(arena, headers->items[i], &best);
    return best;
}
