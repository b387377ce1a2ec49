#include "core/event/filter.h"

#include <stddef.h>
#include <string.h>

#include "core/base/error.h"
#include "core/event/event.h"

static const struct {
    const char *key;
    size_t offset;
} filter_keys[] = {
    { "type", offsetof(struct event_filters, type) },           { "event", offsetof(struct event_filters, event) },
    { "action", offsetof(struct event_filters, event) },        { "container", offsetof(struct event_filters, container) },
    { "image", offsetof(struct event_filters, image) },         { "volume", offsetof(struct event_filters, volume) },
    { "network", offsetof(struct event_filters, network) },     { "label", offsetof(struct event_filters, label) },
    { "scope", offsetof(struct event_filters, scope) },         { "daemon", offsetof(struct event_filters, daemon) },
    { "pod", offsetof(struct event_filters, pod) },             { "plugin", offsetof(struct event_filters, plugin) },
    { "service", offsetof(struct event_filters, service) },     { "node", offsetof(struct event_filters, node) },
    { "secret", offsetof(struct event_filters, secret) },       { "config", offsetof(struct event_filters, config) },
};

int event_filter_add(struct arena *arena, struct event_filters *filters, const char *key, const char *value, struct error **err)
{
    for (size_t i = 0; i < sizeof filter_keys / sizeof *filter_keys; i++) {
        if (!strcmp(filter_keys[i].key, key)) {
            str_list_add(arena, (struct str_list *)((char *)filters + filter_keys[i].offset), value);
            return 0;
        }
    }
    return error_set(err, ERROR_INVALID, 0,
                     "filters: \"%s\" is not known: expected type, event, container, image, volume, network, label, scope, daemon, pod, "
                     "plugin, service, node, secret or config", key);
}

/* An image's name without its tag is as good, and so is the short form of Docker Hub's names. */
static bool is_name(const char *value, const char *name)
{
    static const char *const hub[] = { "", "docker.io/library/", "docker.io/" };
    size_t len = strlen(value);
    for (size_t i = 0; name && i < sizeof hub / sizeof *hub; i++) {
        const char *rest = name + strlen(hub[i]);
        if (str_starts(name, hub[i]) && !strncmp(rest, value, len) &&
            (!rest[len] || (rest[len] == ':' && !strchr(rest + len, '/'))))
            return true;
    }
    return false;
}

/* A value names the subject by id, by the beginning of it, or by its name. */
static bool names_subject(const char *value, const char *id, const char *name)
{
    while (*value == '/')
        value++;
    bool is_id = str_is_hex(value) || str_starts(value, "sha256:");
    return *value && ((is_id && str_starts(id, value)) || str_eq(id, value) || is_name(value, name));
}

static bool about(const struct str_list *values, const char *type, const struct event *event)
{
    if (!values->count)
        return true;
    const char *id = event->actor_id, *name = str_map_get(&event->attributes, "name");
    if (strcmp(event->type, type) && !strcmp(event->type, "network"))
        return false; /* a container's filter does not pick what its networks tell, in both engines */
    if (strcmp(event->type, type)) { /* an image's filter also picks the containers made of it */
        id = name = str_map_get(&event->attributes, type);
        if (!id)
            return false;
    }
    for (size_t i = 0; i < values->count; i++)
        if (names_subject(values->items[i], id, name))
            return true;
    return false;
}

static bool has_label(const struct str_map *attributes, const char *wanted)
{
    const char *equals = strchr(wanted, '=');
    size_t len = equals ? (size_t)(equals - wanted) : strlen(wanted);
    for (size_t i = 0; i < attributes->count; i++)
        if (strlen(attributes->items[i].key) == len && !strncmp(attributes->items[i].key, wanted, len))
            return !equals || str_eq(attributes->items[i].value, equals + 1);
    return false;
}

/* "health_status" also matches "health_status: healthy", "exec_create" "exec_create: ls", as Docker has it. */
static bool is_action(const struct str_list *values, const char *action)
{
    for (size_t i = 0; i < values->count; i++) {
        size_t len = strlen(values->items[i]);
        if (!strncmp(values->items[i], action, len) && (!action[len] || action[len] == ':'))
            return true;
    }
    return values->count == 0;
}

static bool about_all(const struct event_filters *filters, const struct event *event)
{
    const struct {
        const struct str_list *values;
        const char *type;
    } subjects[] = {
        { &filters->container, "container" }, { &filters->image, "image" },     { &filters->volume, "volume" },
        { &filters->network, "network" },     { &filters->daemon, "daemon" },   { &filters->pod, "pod" },
        { &filters->plugin, "plugin" },       { &filters->service, "service" }, { &filters->node, "node" },
        { &filters->secret, "secret" },       { &filters->config, "config" },
    };
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        if (!about(subjects[i].values, subjects[i].type, event))
            return false;
    return true;
}

bool event_matches(const struct event_filters *filters, const struct event *event)
{
    if (filters->type.count && !str_list_has(&filters->type, event->type))
        return false;
    if (!is_action(&filters->event, event->action))
        return false;
    for (size_t i = 0; i < filters->label.count; i++)
        if (!has_label(&event->attributes, filters->label.items[i]))
            return false;
    if (filters->scope.count && !str_list_has(&filters->scope, "local"))
        return false;
    return about_all(filters, event);
}
