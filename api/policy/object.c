#include "api/policy/object.h"

#include <strings.h>
#include <string.h>

#include "api/call.h"

/* Parameters and members that name what is made, fetched or changed. None of them can hold a secret. */
static const char *const naming[] = { "name", "reference", "fromImage", "id", "container" };

const char *policy_object_named(const struct str_map *path_names)
{
    return path_names->count ? path_names->items[0].value : NULL;
}

const char *policy_object_in(const struct schema *schema, const void *object)
{
    for (size_t i = 0; i < sizeof naming / sizeof *naming; i++)
        for (size_t j = 0; j < schema->count; j++) {
            const struct schema_field *field = &schema->fields[j];
            if (field->kind != SCHEMA_STR || field->shape != SCHEMA_ONE || strcasecmp(field->key, naming[i]))
                continue;
            const char *text = *(const char *const *)((const char *)object + field->offset);
            if (!str_empty(text))
                return text;
        }
    return NULL;
}

static const char *text_param(const struct param *param, const void *params, const char *name)
{
    if (param->kind != PARAM_STR || param->place != PARAM_QUERY || strcasecmp(param->name, name))
        return NULL;
    const char *text = *(const char *const *)((const char *)params + param->offset);
    return str_empty(text) ? NULL : text;
}

const char *policy_object_asked(const struct call *call)
{
    const struct route *route = call->route;
    for (size_t i = 0; call->params && i < sizeof naming / sizeof *naming; i++)
        for (const struct param *param = route->params(); param->name; param++) {
            const char *text = text_param(param, call->params, naming[i]);
            if (text)
                return text;
        }
    return call->body ? policy_object_in(route->body(), call->body) : NULL;
}
