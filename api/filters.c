#include "api/filters.h"

#include <string.h>

#include "api/unhonoured.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/schema/json.h"

#define FILTERS_MAX_BYTES (64u << 10)

/* @key is NULL in a list: the item itself is the value then. */
static int add_value(struct arena *arena, const struct json_member *member, struct filter *filter)
{
    const struct json *value = &member->value;
    if (member->key && value->kind == JSON_BOOL_KIND) {
        if (value->truth)
            str_list_add(arena, &filter->values, member->key);
        return 0;
    }
    if (member->key || value->kind != JSON_TEXT_KIND)
        return -1;
    str_list_add(arena, &filter->values, value->text);
    return 0;
}

static int add_filter(struct arena *arena, const struct json_member *member, struct filter *filter)
{
    const struct json *value = &member->value;
    filter->key = member->key;
    if (value->kind == JSON_BOOL_KIND) {
        str_list_add(arena, &filter->values, value->truth ? "true" : "false");
        return 0;
    }
    if (value->kind == JSON_NULL_KIND)
        return 0;
    if (value->kind != JSON_LIST_KIND && value->kind != JSON_OBJECT_KIND)
        return -1;
    for (size_t i = 0; i < value->count; i++)
        if (add_value(arena, &value->members[i], filter) < 0)
            return -1;
    return 0;
}

int filters_parse(struct arena *arena, const char *name, const char *text, struct filters *ret_filters,
                  struct error **err)
{
    *ret_filters = (struct filters){ 0 };
    if (!*text)
        return 0;
    struct schema_limits limits = { .max_bytes = FILTERS_MAX_BYTES, .max_depth = 4 };
    autoerror *fault = NULL;
    const struct json *json = json_parse(arena, text, strlen(text), limits, &fault);
    if (json && json->kind == JSON_NULL_KIND)
        return 0;
    bool good = json && json->kind == JSON_OBJECT_KIND;
    struct filters filters = { 0 };
    if (good)
        filters.items = arena_array(arena, json->count, sizeof *filters.items);
    for (size_t i = 0; good && i < json->count; i++)
        good = !add_filter(arena, &json->members[i], &filters.items[filters.count++]);
    if (!good)
        return error_set(
            err, ERROR_INVALID, 0,
            "%s: \"%.200s\" is not a filter: expected JSON such as {\"label\":[\"a=b\"]} or {\"label\":{\"a=b\":true}}",
            name, text);
    *ret_filters = filters;
    return 0;
}

int filters_check(const struct filters *filters, const char *accepted, struct error **err)
{
    for (size_t i = 0; i < filters->count; i++) {
        const char *key = filters->items[i].key;
        autoerror *unknown = NULL;
        if (!*key || unhonoured_word("filters", key, accepted, &unknown) < 0)
            return error_set(err, ERROR_INVALID, 0, "filters: invalid filter '%.80s': expected %s", key, accepted);
    }
    return 0;
}

bool filters_next(const struct filters *filters, struct filter_term *term)
{
    while (term->filter < filters->count && term->next == filters->items[term->filter].values.count) {
        term->filter++;
        term->next = 0;
    }
    if (term->filter == filters->count)
        return false;
    term->key = filters->items[term->filter].key;
    term->value = filters->items[term->filter].values.items[term->next++];
    return true;
}
