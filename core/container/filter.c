#include "core/container/filter.h"

#include <regex.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/container/container.h"
#include "core/container/health/health.h"

static const struct {
    const char *key;
    size_t offset;
} filter_keys[] = {
    { "id", offsetof(struct container_filters, id) },
    { "name", offsetof(struct container_filters, name) },
    { "names", offsetof(struct container_filters, name) },
    { "label", offsetof(struct container_filters, label) },
    { "label!", offsetof(struct container_filters, label_not) },
    { "status", offsetof(struct container_filters, status) },
    { "ancestor", offsetof(struct container_filters, ancestor) },
    { "volume", offsetof(struct container_filters, volume) },
    { "network", offsetof(struct container_filters, network) },
    { "exited", offsetof(struct container_filters, exited) },
    { "before", offsetof(struct container_filters, before) },
    { "since", offsetof(struct container_filters, since) },
    { "publish", offsetof(struct container_filters, publish) },
    { "expose", offsetof(struct container_filters, expose) },
    { "health", offsetof(struct container_filters, health) },
    { "is-task", offsetof(struct container_filters, is_task) },
    { "restart-policy", offsetof(struct container_filters, restart_policy) },
    { "pod", offsetof(struct container_filters, pod) },
    { "until", offsetof(struct container_filters, until) },
};

static int check_value(const char *key, const char *value, struct error **err)
{
    static const char states[] = "created|running|paused|restarting|removing|exited|dead|configured|stopped|initialized|stopping";
    if (!strcmp(key, "status")) {
        const char *at = strstr(states, value);
        size_t len = strlen(value);
        if (!*value || !at || (at != states && at[-1] != '|') || (at[len] && at[len] != '|'))
            return error_set(err, ERROR_INVALID, 0, "filters: status: \"%s\" is not a state: expected one of %s", value, states);
    }
    if (!strcmp(key, "health") && strcmp(value, "none") && strcmp(value, "starting") && strcmp(value, "healthy") && strcmp(value, "unhealthy"))
        return error_set(err, ERROR_INVALID, 0, "filters: health: \"%s\" is not known: expected none, starting, healthy or unhealthy", value);
    if (!strcmp(key, "exited") && str_to_int(value) < 0)
        return error_set(err, ERROR_INVALID, 0, "filters: exited: \"%s\" is not an exit code", value);
    if (!strcmp(key, "name") || !strcmp(key, "names")) {
        regex_t regex;
        if (regcomp(&regex, value, REG_EXTENDED | REG_NOSUB))
            return error_set(err, ERROR_INVALID, 0, "filters: name: \"%s\" is not a regular expression", value);
        regfree(&regex);
    }
    int64_t when;
    if (!strcmp(key, "until"))
        return clock_parse_when(value, clock_now(), "filters: until", &when, err);
    return 0;
}

int container_filter_add(struct arena *arena, struct container_filters *filters, const char *key, const char *value, struct error **err)
{
    for (size_t i = 0; i < sizeof filter_keys / sizeof *filter_keys; i++) {
        if (strcmp(filter_keys[i].key, key))
            continue;
        if (check_value(key, value, err) < 0)
            return -1;
        str_list_add(arena, (struct str_list *)((char *)filters + filter_keys[i].offset), value);
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0,
                     "filters: \"%s\" is not known: expected id, name, label, label!, status, ancestor, volume, network, exited, before, since, "
                     "publish, expose, health, is-task, restart-policy, pod or until", key);
}

static bool has_label(const struct str_map *labels, const char *wanted)
{
    const char *equals = strchr(wanted, '=');
    size_t len = equals ? (size_t)(equals - wanted) : strlen(wanted);
    for (size_t i = 0; i < labels->count; i++)
        if (strlen(labels->items[i].key) == len && !strncmp(labels->items[i].key, wanted, len))
            return !equals || !strcmp(labels->items[i].value, equals + 1);
    return false;
}

static bool all_labels(const struct str_list *wanted, const struct str_map *labels, bool present)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (has_label(labels, wanted->items[i]) != present)
            return false;
    return true;
}

static bool name_matches(const struct str_list *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regex_t regex;
        const char *pattern = *patterns->items[i] == '/' ? patterns->items[i] + 1 : patterns->items[i];
        if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB))
            continue;
        bool matched = !regexec(&regex, name, 0, NULL, 0) || (*pattern == '^' && pattern[1] == '/' && str_starts(name, pattern + 2));
        regfree(&regex);
        if (matched)
            return true;
    }
    return patterns->count == 0;
}

static bool state_matches(const struct str_list *states, const struct container *ctr)
{
    const char *state = container_state_text(ctr->state);
    for (size_t i = 0; i < states->count; i++) {
        const char *wanted = states->items[i];
        if (!strcmp(wanted, "configured"))
            wanted = "created";
        if (!strcmp(wanted, "stopped") || !strcmp(wanted, "stopping"))
            wanted = "exited";
        if (!strcmp(wanted, state))
            return true;
    }
    return states->count == 0;
}

static bool id_matches(const struct str_list *ids, const char *id)
{
    for (size_t i = 0; i < ids->count; i++)
        if (str_starts(id, ids->items[i]))
            return true;
    return ids->count == 0;
}

/* A full or familiar name with or without tag, or an id or its beginning. */
static bool is_of_image(const struct container *ctr, const char *wanted)
{
    const char *name = ctr->image_name, *tail = strstr(name, wanted);
    const char *hex = str_starts(wanted, "sha256:") ? wanted + 7 : wanted;
    if (strlen(hex) >= 4 && str_is_hex(hex) && str_starts(ctr->image_id, hex))
        return true;
    for (; tail; tail = strstr(tail + 1, wanted)) {
        const char *end = tail + strlen(wanted);
        if ((tail == name || tail[-1] == '/') && (!*end || *end == ':' || *end == '@'))
            return true;
    }
    return false;
}

static bool ancestor_matches(const struct str_list *images, const struct container *ctr)
{
    for (size_t i = 0; i < images->count; i++)
        if (is_of_image(ctr, images->items[i]))
            return true;
    return images->count == 0;
}

static bool volume_matches(const struct str_list *volumes, const struct container *ctr)
{
    for (size_t i = 0; i < volumes->count; i++)
        for (size_t j = 0; j < ctr->mounts.count; j++)
            if (!strcmp(ctr->mounts.items[j].target, volumes->items[i]) || str_eq(ctr->mounts.items[j].source, volumes->items[i]) ||
                (j < ctr->volume_names.count && !strcmp(ctr->volume_names.items[j], volumes->items[i])))
                return true;
    return volumes->count == 0;
}

/* The default one is Docker's bridge. */
static bool is_network(const struct container_network *network, const char *wanted)
{
    if (!strcmp(network->name, wanted) || (!strcmp(wanted, "bridge") && !strcmp(network->name, "podman")))
        return true;
    return strlen(wanted) >= 12 && str_starts(str_or(network->id, ""), wanted);
}

static bool network_matches(const struct str_list *networks, const struct container *ctr)
{
    const char *mode = str_or(ctr->spec->network_mode, "bridge");
    for (size_t i = 0; i < networks->count; i++) {
        const char *wanted = networks->items[i];
        if (!strcmp(mode, wanted) && (strcmp(mode, "bridge") || !ctr->spec->networks.count))
            return true;
        for (size_t j = 0; j < ctr->spec->networks.count; j++)
            if (is_network(&ctr->spec->networks.items[j], wanted))
                return true;
        for (size_t j = 0; j < ctr->addresses.count; j++)
            if (!strcmp(ctr->addresses.items[j].network, wanted) || (strlen(wanted) >= 12 && str_starts(ctr->addresses.items[j].network_id, wanted)))
                return true;
    }
    return networks->count == 0;
}

static bool exit_matches(const struct str_list *codes, const struct container *ctr)
{
    for (size_t i = 0; i < codes->count; i++)
        if (ctr->state == CONTAINER_EXITED && ctr->exit_code == str_to_int(codes->items[i]))
            return true;
    return codes->count == 0;
}

/* "80", "80/tcp", "8000-8010/udp" */
static bool port_in(const char *wanted, int64_t first, int64_t count, const char *protocol)
{
    int64_t low = strtoll(wanted, NULL, 10), high = low;
    const char *dash = strchr(wanted, '-'), *slash = strchr(wanted, '/');
    if (dash)
        high = strtoll(dash + 1, NULL, 10);
    return (!slash || !strcmp(slash + 1, protocol)) && low < first + count && high >= first;
}

static bool ports_match(const struct str_list *wanted, const struct container *ctr, bool published)
{
    for (size_t i = 0; i < wanted->count; i++) {
        for (size_t j = 0; j < ctr->ports.count; j++) {
            const struct container_port *port = &ctr->ports.items[j];
            if (port_in(wanted->items[i], published ? port->host_port : port->container_port, port->range > 0 ? port->range : 1, port->protocol))
                return true;
        }
        for (size_t j = 0; !published && j < ctr->spec->expose.count; j++)
            if (str_starts(ctr->spec->expose.items[j], wanted->items[i]))
                return true;
    }
    return wanted->count == 0;
}

static bool words_match(const struct str_list *wanted, const char *value)
{
    return !wanted->count || str_list_has(wanted, value);
}

static bool until_matches(const struct str_list *times, const struct container *ctr)
{
    for (size_t i = 0; i < times->count; i++) {
        int64_t when = 0;
        autoerror *ignored = NULL;
        if (clock_parse_when(times->items[i], clock_now(), "until", &when, &ignored) == 0 && ctr->created_unix_ns > when)
            return false;
    }
    return true;
}

bool container_matches(const struct container_filters *filters, const struct container *ctr, long long since, long long before)
{
    return (!since || ctr->created_unix_ns > since) && (!before || ctr->created_unix_ns < before) && id_matches(&filters->id, ctr->id) &&
           state_matches(&filters->status, ctr) && all_labels(&filters->label, &ctr->labels, true) &&
           all_labels(&filters->label_not, &ctr->labels, false) && name_matches(&filters->name, ctr->name) &&
           ancestor_matches(&filters->ancestor, ctr) && volume_matches(&filters->volume, ctr) && network_matches(&filters->network, ctr) &&
           exit_matches(&filters->exited, ctr) && ports_match(&filters->publish, ctr, true) && ports_match(&filters->expose, ctr, false) &&
           words_match(&filters->health, container_health_text(ctr->health)) && words_match(&filters->is_task, "false") && !filters->pod.count &&
           words_match(&filters->restart_policy, str_or(ctr->spec->restart_policy, "no")) && until_matches(&filters->until, ctr);
}
