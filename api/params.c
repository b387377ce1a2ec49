#include "api/params.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/filters.h"
#include "api/match.h"
#include "api/query.h"
#include "core/base/arena.h"
#include "core/base/error.h"

static int wrong(const struct param *param, const char *value, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s: \"%.200s\" is not valid, expected %s", param->name, value, expected);
}

static int parse_bool(const struct param *param, const char *value, bool *ret_bool, struct error **err)
{
    static const struct {
        const char *text;
        bool truth;
    } words[] = { { "1", true }, { "0", false },     { "true", true }, { "false", false }, { "t", true },
                  { "f", false }, { "yes", true }, { "no", false },  { "none", false },  { "", false } };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (!strcasecmp(value, words[i].text)) {
            *ret_bool = words[i].truth;
            return 0;
        }
    }
    return wrong(param, value, "true or false", err);
}

static int parse_integer(const struct param *param, const char *value, int64_t *ret_integer, struct error **err)
{
    const char *digits = value + (*value == '-' || *value == '+');
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (*digits < '0' || *digits > '9' || *end || errno)
        return wrong(param, value, "an integer", err);
    *ret_integer = number;
    return 0;
}

/* The first of "a|b|c", which is the default; NULL when it is empty. */
static const char *first_word(struct arena *arena, const char *words)
{
    size_t len = strcspn(words, "|");
    return len ? arena_strndup(arena, words, len) : NULL;
}

static int parse_enum(struct arena *arena, const struct param *param, const char *value, const char **ret_word,
                      struct error **err)
{
    struct str_list words = str_split(arena, param->fallback, '|');
    if (!*value) {
        *ret_word = first_word(arena, param->fallback);
        return 0;
    }
    if (!str_list_has(&words, value))
        return wrong(param, value, arena_printf(arena, "one of %s", str_join(arena, &words, " ")), err);
    *ret_word = value;
    return 0;
}

static int store(struct call *call, const struct param *param, const char *value, void *into, struct error **err)
{
    switch (param->kind) {
    case PARAM_STR: *(const char **)into = value; return 0;
    case PARAM_BOOL: return parse_bool(param, value, into, err);
    case PARAM_I64: return parse_integer(param, value, into, err);
    case PARAM_OPT_I64: {
        int64_t *integer = arena_zalloc(call->arena, sizeof *integer);
        if (parse_integer(param, value, integer, err) < 0)
            return -1;
        *(int64_t **)into = integer;
        return 0;
    }
    case PARAM_OPT_BOOL: {
        bool *truth = arena_zalloc(call->arena, sizeof *truth);
        if (parse_bool(param, value, truth, err) < 0)
            return -1;
        *(bool **)into = truth;
        return 0;
    }
    case PARAM_LIST: str_list_add(call->arena, into, value); return 0;
    case PARAM_ENUM: return parse_enum(call->arena, param, value, into, err);
    case PARAM_FILTERS: return filters_parse(call->arena, param->name, value, into, err);
    }
    return 0;
}

/* An empty value leaves numbers and libpod's booleans at their default ("?tail=", as clients that print every option
 * send them); for Docker an empty boolean is false. */
static bool counts_as_absent(const struct call *call, const struct param *param, const char *value)
{
    if (*value)
        return false;
    if (param->kind == PARAM_BOOL || param->kind == PARAM_OPT_BOOL)
        return call->dialect == DIALECT_LIBPOD;
    return param->kind == PARAM_I64 || param->kind == PARAM_OPT_I64;
}

static int store_default(struct call *call, const struct param *param, void *into, struct error **err)
{
    if (!param->fallback)
        return 0;
    if (param->kind == PARAM_ENUM) {
        *(const char **)into = first_word(call->arena, param->fallback);
        return 0;
    }
    if (param->kind == PARAM_LIST) {
        *(struct str_list *)into = str_split(call->arena, param->fallback, ',');
        return 0;
    }
    return store(call, param, param->fallback, into, err);
}

static bool same_name(const struct call *call, const char *a, const char *b)
{
    return !strcmp(a, b) || (call->dialect == DIALECT_LIBPOD && !strcasecmp(a, b));
}

/* The value that counts, NULL when there is none. */
static const char *pick(const struct call *call, const struct str_map *pairs, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < pairs->count; i++)
        if (same_name(call, pairs->items[i].key, name) && (!value || call->dialect == DIALECT_LIBPOD))
            value = pairs->items[i].value;
    return value;
}

static int store_param(struct call *call, const struct param *param, const struct match *match,
                       const struct str_map *query, void *into, struct error **err)
{
    const char *value = NULL;
    switch (param->place) {
    case PARAM_PATH: value = str_map_get(&match->names, param->name); break;
    case PARAM_HEADER: value = call->ops->header(call, param->name); break;
    case PARAM_QUERY:
        if (param->kind != PARAM_LIST) {
            value = pick(call, query, param->name);
            break;
        }
        struct str_list *list = into;
        for (size_t i = 0; i < query->count; i++)
            if (same_name(call, query->items[i].key, param->name) && *query->items[i].value)
                str_list_add(call->arena, list, query->items[i].value);
        return list->count ? 0 : store_default(call, param, into, err);
    }
    if (!value || counts_as_absent(call, param, value))
        return store_default(call, param, into, err);
    return store(call, param, value, into, err);
}

static void note_unknown(struct call *call, const struct param *params, const struct str_map *query)
{
    for (size_t i = 0; i < query->count && call->unknown.count < 32; i++) {
        const struct param *param = params;
        while (param && param->name &&
               (param->place != PARAM_QUERY || !same_name(call, query->items[i].key, param->name)))
            param++;
        if (!param || !param->name)
            str_list_add(call->arena, &call->unknown, query->items[i].key);
    }
}

int params_parse(struct call *call, const struct match *match, struct error **err)
{
    const struct param *params = call->route->params ? call->route->params() : NULL;
    struct str_map query = { 0 };
    if (*match->query && query_parse(call->arena, match->query, &query, err) < 0)
        return -1;
    note_unknown(call, params, &query);
    if (!params)
        return 0;
    const struct param *end = params;
    while (end->name)
        end++;
    char *object = arena_zalloc(call->arena, end->offset);
    for (const struct param *param = params; param->name; param++)
        if (store_param(call, param, match, &query, object + param->offset, err) < 0)
            return -1;
    call->params = object;
    return 0;
}
