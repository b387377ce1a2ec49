/* Filters of lists and prunes. */
#include <regex.h>
#include <stddef.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/network/network.h"

static const struct {
    const char *key;
    size_t offset;
} filter_keys[] = {
    { "id", offsetof(struct network_filters, id) },
    { "name", offsetof(struct network_filters, name) },
    { "driver", offsetof(struct network_filters, driver) },
    { "label", offsetof(struct network_filters, label) },
    { "label!", offsetof(struct network_filters, label_not) },
    { "type", offsetof(struct network_filters, type) },
    { "dangling", offsetof(struct network_filters, dangling) },
    { "scope", offsetof(struct network_filters, scope) },
    { "until", offsetof(struct network_filters, until) },
};

static bool is_true(const char *value)
{
    return !strcmp(value, "true") || !strcmp(value, "1");
}

static int check_value(const char *key, const char *value, struct error **err)
{
    if (!strcmp(key, "dangling") && !is_true(value) && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
        return error_set(err, ERROR_INVALID, 0, "filters: dangling: invalid value \"%.80s\": expected true or 1, false or 0", value);
    if (!strcmp(key, "type") && strcmp(value, "builtin") != 0 && strcmp(value, "custom") != 0)
        return error_set(err, ERROR_INVALID, 0, "filters: type: invalid value \"%.80s\": expected builtin or custom", value);
    if (!strcmp(key, "name") || !strcmp(key, "id")) {
        regex_t regex;
        if (regcomp(&regex, value, REG_EXTENDED | REG_NOSUB))
            return error_set(err, ERROR_INVALID, 0, "filters: %s: \"%.80s\" is not a regular expression", key, value);
        regfree(&regex);
    }
    int64_t when;
    return strcmp(key, "until") != 0 ? 0 : clock_parse_when(value, clock_now(), "filters: until", &when, err);
}

int network_filter_add(struct arena *arena, struct network_filters *filters, const char *key, const char *value, struct error **err)
{
    for (size_t i = 0; i < sizeof filter_keys / sizeof *filter_keys; i++) {
        if (strcmp(filter_keys[i].key, key) != 0)
            continue;
        if (check_value(key, value, err) < 0)
            return -1;
        str_list_add(arena, (struct str_list *)((char *)filters + filter_keys[i].offset), value);
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0, "filters: invalid filter '%.80s'", key);
}

static bool expression_matches(const struct str_list *patterns, const char *text)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regex_t regex;
        if (regcomp(&regex, patterns->items[i], REG_EXTENDED | REG_NOSUB))
            continue;
        bool matched = !regexec(&regex, text, 0, NULL, 0);
        regfree(&regex);
        if (matched)
            return true;
    }
    return patterns->count == 0;
}

static bool has_label(const struct str_map *labels, const char *wanted)
{
    const char *equals = strchr(wanted, '=');
    size_t len = equals ? (size_t)(equals - wanted) : strlen(wanted);
    for (size_t i = 0; i < labels->count; i++)
        if (strlen(labels->items[i].key) == len && !strncmp(labels->items[i].key, wanted, len))
            return !equals || str_eq(labels->items[i].value, equals + 1);
    return false;
}

static bool all_labels(const struct str_list *wanted, const struct str_map *labels, bool present)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (has_label(labels, wanted->items[i]) != present)
            return false;
    return true;
}

static bool word_matches(const struct str_list *words, const char *word)
{
    return !words->count || str_list_has(words, word);
}

static bool dangling_matches(const struct str_list *values, bool dangling)
{
    for (size_t i = 0; i < values->count; i++)
        if (is_true(values->items[i]) == dangling)
            return true;
    return values->count == 0;
}

static bool until_matches(const struct str_list *times, int64_t created_unix_ns)
{
    for (size_t i = 0; i < times->count; i++) {
        int64_t when = 0;
        autoerror *ignored = NULL; /* was looked at when it was added */
        if (clock_parse_when(times->items[i], clock_now(), "until", &when, &ignored) == 0 && created_unix_ns > when)
            return false;
    }
    return true;
}

bool network_matches(const struct network_filters *filters, const struct network *network, bool builtin, bool used)
{
    return expression_matches(&filters->id, network->id) && expression_matches(&filters->name, network->name) &&
           word_matches(&filters->driver, network->driver) && all_labels(&filters->label, &network->labels, true) &&
           all_labels(&filters->label_not, &network->labels, false) &&
           word_matches(&filters->type, builtin ? "builtin" : "custom") && word_matches(&filters->scope, "local") &&
           dangling_matches(&filters->dangling, !used && !builtin) && until_matches(&filters->until, network->created_unix_ns);
}

const char *network_endpoint_id(struct arena *arena, const char *container_id, const char *network_id)
{
    char hex[ID_HEX_SIZE];
    const char *both = arena_printf(arena, "%s %s", container_id, network_id);
    sha256_hex(both, strlen(both), hex);
    return arena_strdup(arena, hex);
}
