/* Labels and rules on a request's parameters and body, found by the rows of their types. */
#include <string.h>
#include <strings.h>

#include "api/call.h"
#include "api/policy/scope_parts.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/rules/rules.h"
#include "core/volume/volume.h"

/* ---- filters ---- */

static struct filters *filters_of(const struct call *call)
{
    for (const struct param *param = call->route->params ? call->route->params() : NULL; param && param->name; param++)
        if (param->kind == PARAM_FILTERS && !strcmp(param->name, "filters"))
            return (struct filters *)((char *)call->params + param->offset);
    return NULL;
}

static struct str_list *values_of(struct call *call, struct filters *filters, const char *key)
{
    for (size_t i = 0; i < filters->count; i++)
        if (!strcmp(filters->items[i].key, key))
            return &filters->items[i].values;
    struct filter *items = arena_array(call->arena, filters->count + 1, sizeof *items);
    if (filters->count)
        memcpy(items, filters->items, filters->count * sizeof *items);
    items[filters->count] = (struct filter){ .key = key };
    filters->items = items;
    return &items[filters->count++].values;
}

/* Filters that look one container up tell whether it is there. */
static int scope_looked_up(struct call *call, struct filters *filters, struct error **err)
{
    if (!strstr(call->route->path, "/containers/"))
        return 0;
    for (size_t i = 0; i < filters->count; i++) {
        const char *key = filters->items[i].key;
        struct str_list *values = &filters->items[i].values;
        for (size_t j = 0; (!strcmp(key, "since") || !strcmp(key, "before")) && j < values->count; j++)
            if (scope_container(call, &values->items[j], err) < 0)
                return -1;
    }
    return 0;
}

int scope_filters(struct call *call, struct error **err)
{
    const struct str_map *labels = &scope_rules(call)->labels;
    struct filters *filters = filters_of(call);
    if (!filters)
        return scope_refuse(call, "labels", err, "%s has no filters that could limit it", call->route->id);
    if (scope_looked_up(call, filters, err) < 0)
        return -1;
    struct str_list *values = values_of(call, filters, "label");
    struct str_list all = str_list_copy(call->arena, values);
    for (size_t i = 0; i < labels->count; i++) {
        const struct str_pair *label = &labels->items[i];
        str_list_add(call->arena, &all, label->value ? arena_printf(call->arena, "%s=%s", label->key, label->value) : label->key);
    }
    *values = all;
    return 0;
}

/* ---- bodies ---- */

/* The member of that name; one of an embedded type is ours as well. Any letter case, as it was decoded. */
static void *find_member(const struct schema *schema, void *object, const char *key, enum schema_kind kind, enum schema_shape shape)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        void *at = (char *)object + field->offset;
        void *inner = field->shape == SCHEMA_EMBED ? find_member(field->of(), at, key, kind, shape) : NULL;
        if (inner)
            return inner;
        if (field->kind == kind && field->shape == shape && !strcasecmp(field->key, key))
            return at;
    }
    return NULL;
}

static void *member(const struct call *call, const char *key, enum schema_kind kind, enum schema_shape shape)
{
    return call->body ? find_member(call->route->body(), (void *)call->body, key, kind, shape) : NULL;
}

static const char *text_member(const struct call *call, const char *key)
{
    const char **text = member(call, key, SCHEMA_STR, SCHEMA_ONE);
    return text ? str_or(*text, "") : "";
}

static int put_labels(struct call *call, struct str_map *map, struct error **err)
{
    const struct str_map *labels = &scope_rules(call)->labels;
    for (size_t i = 0; i < labels->count; i++) {
        const struct str_pair *label = &labels->items[i];
        const char *given = str_map_get(map, label->key);
        if (given && label->value && strcmp(given, label->value))
            return scope_refuse(call, "labels", err, "%s has to be \"%s\", not \"%.80s\"", label->key, label->value, given);
        if (!given)
            str_map_set(call->arena, map, label->key, label->value ? label->value : "");
    }
    return 0;
}

/* To make a volume that is there already is to be shown it. */
static int check_made(struct call *call, struct error **err)
{
    autoerror *missing = NULL;
    struct volume volume;
    const char *name = text_member(call, "Name");
    if (!strstr(call->route->path, "/volumes/") || !*name || volume_find(call->engine, call->arena, name, &volume, &missing) < 0 ||
        container_rules_cover(scope_rules(call), &volume.labels))
        return 0;
    return scope_refuse(call, "labels", err, "volume \"%s\" is there without them", name);
}

int scope_labels(struct call *call, struct error **err)
{
    struct str_map *labels = member(call, "Labels", SCHEMA_STR, SCHEMA_MAP), *more = member(call, "Label", SCHEMA_STR, SCHEMA_MAP);
    if (!labels)
        return scope_refuse(call, "labels", err, "%s needs a body, for the labels", call->route->id);
    if (put_labels(call, labels, err) < 0 || (more && put_labels(call, more, err) < 0))
        return -1;
    return check_made(call, err);
}

static int check_volume(struct call *call, struct error **err)
{
    const struct str_map *options = member(call, "DriverOpts", SCHEMA_STR, SCHEMA_MAP);
    if (!options)
        options = member(call, "Options", SCHEMA_STR, SCHEMA_MAP);
    const char *driver = text_member(call, "Driver"), *device = options ? str_map_get(options, "device") : NULL;
    if (*driver && strcmp(driver, "local"))
        return scope_refuse(call, "rules.binds", err, "a volume of the driver \"%.80s\" is not allowed", driver);
    if (device && !str_eq(str_map_get(options, "type"), "tmpfs"))
        return scope_refuse(call, "rules.binds", err, "a volume of the device \"%.200s\" is not allowed", device);
    return 0;
}

/* Others than bridges, and bridges that are there already, reach what the machine reaches. */
static int check_network(struct call *call, struct error **err)
{
    const char *driver = text_member(call, "Driver"), *interface = text_member(call, "network_interface");
    const struct str_map *options = member(call, "Options", SCHEMA_STR, SCHEMA_MAP);
    if (*driver && strcmp(driver, "bridge") && strcmp(driver, "default"))
        return scope_refuse(call, "rules.host-namespaces", err, "a network of the driver \"%.80s\" is not allowed", driver);
    if (!*interface && options)
        interface = str_or(str_map_get(options, "com.docker.network.bridge.name"), "");
    if (*interface)
        return scope_refuse(call, "rules.host-namespaces", err, "a network on an interface of one's choice (\"%.80s\") is not allowed", interface);
    const char *mode = options ? str_map_get(options, "mode") : NULL;
    return mode ? scope_refuse(call, "rules.host-namespaces", err, "a network of the mode \"%.80s\" is not allowed", mode) : 0;
}

static const char *text_param(const struct call *call, const char *name)
{
    for (const struct param *param = call->route->params ? call->route->params() : NULL; param && param->name; param++)
        if (param->kind == PARAM_STR && !strcmp(param->name, name))
            return str_or(*(const char *const *)((const char *)call->params + param->offset), "");
    return "";
}

/* Drivers of secrets run commands and write files. */
static int check_secret(struct call *call, struct error **err)
{
    void **driver = member(call, "Driver", SCHEMA_OBJECT, SCHEMA_OPT);
    if (*text_param(call, "driver") || *text_param(call, "driveropts") || (driver && *driver))
        return scope_refuse(call, "rules.secrets", err, "a driver of one's choice is not allowed");
    return 0;
}

int scope_members(struct call *call, struct error **err)
{
    const char *path = call->route->path;
    if (str_ends(path, "/volumes/create"))
        return check_volume(call, err);
    if (str_ends(path, "/networks/create"))
        return check_network(call, err);
    if (str_ends(path, "/secrets/create"))
        return check_secret(call, err);
    const char **container = strstr(path, "/networks/{") ? member(call, "Container", SCHEMA_STR, SCHEMA_ONE) : NULL;
    return container && !str_empty(*container) ? scope_container(call, container, err) : 0;
}
