#include "api/libpod/rename_map.h"

#include <string.h>

#include "api/call.h"
#include "core/base/error.h"
#include "core/schema/json.h"

static int wrong(const char *text, struct error **err)
{
    error_clear(err);
    return error_set(err, ERROR_INVALID, 0, "rename: \"%.200s\": expected a JSON object of texts, {\"name\":\"instead\"}", text);
}

int libpod_rename_map(struct call *call, const char *text, struct str_map *ret_map, struct error **err)
{
    if (str_empty(text))
        return 0;
    const struct json *map = json_parse(call->arena, text, strlen(text), SCHEMA_LIMITS, err);
    if (!map || map->kind != JSON_OBJECT_KIND)
        return wrong(text, err);
    for (size_t i = 0; i < map->count; i++) {
        const struct json *value = &map->members[i].value;
        if (value->kind != JSON_TEXT_KIND || str_empty(value->text) || str_empty(map->members[i].key))
            return wrong(text, err);
        str_map_set(call->arena, ret_map, map->members[i].key, value->text);
    }
    return 0;
}
