#include "core/volume/filter.h"

#include <regex.h>
#include <stddef.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/error.h"

static const struct {
    const char *key;
    size_t offset;
} filter_keys[] = {
    { "name", offsetof(struct volume_filters, name) },
    { "driver", offsetof(struct volume_filters, driver) },
    { "scope", offsetof(struct volume_filters, scope) },
    { "label", offsetof(struct volume_filters, label) },
    { "label!", offsetof(struct volume_filters, label_not) },
    { "opt", offsetof(struct volume_filters, option) },
    { "dangling", offsetof(struct volume_filters, dangling) },
    { "anonymous", offsetof(struct volume_filters, anonymous) },
    { "until", offsetof(struct volume_filters, until) },
    { "after", offsetof(struct volume_filters, after) },
    { "since", offsetof(struct volume_filters, after) },
};

static int truth(const char *value)
{
    static const char *const words[] = { "0", "f", "F", "false", "False", "FALSE", "1", "t", "T", "true", "True", "TRUE" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(value, words[i]))
            return i >= sizeof words / sizeof *words / 2;
    return -1;
}

static int check_value(const char *key, const char *value, const struct str_list *before, struct error **err)
{
    bool question = !strcmp(key, "dangling") || !strcmp(key, "anonymous");
    int64_t when;
    if (question && truth(value) < 0)
        return error_set(err, ERROR_INVALID, 0, "filters: invalid filter '%s=[%.80s]': expected true or false", key, value);
    if (question && before->count && truth(before->items[0]) != truth(value))
        return error_set(err, ERROR_INVALID, 0, "filters: invalid filter '%s=[%.80s %.80s]': expected one of them", key,
                         before->items[0], value);
    if (!strcmp(key, "name")) {
        regex_t regex;
        if (regcomp(&regex, value, REG_EXTENDED | REG_NOSUB))
            return error_set(err, ERROR_INVALID, 0, "filters: name: \"%.80s\" is not a regular expression", value);
        regfree(&regex);
    }
    if (!strcmp(key, "until"))
        return clock_parse_when(value, clock_now(), "filters: until", &when, err);
    return 0;
}

int volume_filter_add(struct arena *arena, struct volume_filters *filters, const char *key, const char *value,
                      struct error **err)
{
    for (size_t i = 0; i < sizeof filter_keys / sizeof *filter_keys; i++) {
        if (strcmp(filter_keys[i].key, key))
            continue;
        struct str_list *values = (struct str_list *)((char *)filters + filter_keys[i].offset);
        if (check_value(key, value, values, err) < 0)
            return -1;
        str_list_add(arena, values, value);
        return 0;
    }
    return error_set(err, ERROR_INVALID, 0,
                     "filters: invalid filter '%.80s': expected name, driver, scope, label, label!, opt, dangling, "
                     "anonymous, until, after or since", key);
}

static bool name_matches(const struct str_list *patterns, const char *name)
{
    for (size_t i = 0; i < patterns->count; i++) {
        regex_t regex;
        if (regcomp(&regex, patterns->items[i], REG_EXTENDED | REG_NOSUB))
            continue;
        bool matched = !regexec(&regex, name, 0, NULL, 0);
        regfree(&regex);
        if (matched)
            return true;
    }
    return patterns->count == 0;
}

static bool is_one_of(const struct str_list *wanted, const char *value)
{
    return !wanted->count || str_list_has(wanted, value);
}

/* "key" or "key=value" */
static bool has_pair(const struct str_map *map, const char *wanted)
{
    const char *equals = strchr(wanted, '=');
    size_t len = equals ? (size_t)(equals - wanted) : strlen(wanted);
    for (size_t i = 0; i < map->count; i++)
        if (strlen(map->items[i].key) == len && !strncmp(map->items[i].key, wanted, len))
            return !equals || !strcmp(map->items[i].value, equals + 1);
    return false;
}

static bool all_pairs(const struct str_list *wanted, const struct str_map *map, bool present)
{
    for (size_t i = 0; i < wanted->count; i++)
        if (has_pair(map, wanted->items[i]) != present)
            return false;
    return true;
}

/* Docker's clients know them by a label, which says so of volumes that are not a container's as well. */
static bool is_anonymous(const struct volume *volume)
{
    return volume->anonymous || str_map_get(&volume->labels, VOLUME_ANONYMOUS_LABEL);
}

static bool says(const struct str_list *wanted, bool value)
{
    return !wanted->count || truth(wanted->items[0]) == value;
}

static bool until_matches(const struct str_list *times, int64_t created_unix_ns)
{
    for (size_t i = 0; i < times->count; i++) {
        int64_t when = 0;
        autoerror *ignored = NULL;
        if (clock_parse_when(times->items[i], clock_now(), "until", &when, &ignored) == 0 && created_unix_ns >= when)
            return false;
    }
    return true;
}

int volume_filter_after(const struct volume_filters *filters, const struct volume_list *all, int64_t *ret_unix_ns,
                        struct error **err)
{
    *ret_unix_ns = 0;
    for (size_t i = 0; i < filters->after.count; i++) {
        size_t j = 0;
        while (j < all->count && strcmp(all->items[j].name, filters->after.items[i]))
            j++;
        if (j == all->count)
            return error_set(err, ERROR_INVALID, 0, "filters: after: no such volume: %.255s", filters->after.items[i]);
        if (all->items[j].created_unix_ns > *ret_unix_ns)
            *ret_unix_ns = all->items[j].created_unix_ns;
    }
    return 0;
}

bool volume_matches(const struct volume_filters *filters, const struct volume *volume, int64_t after_unix_ns)
{
    return name_matches(&filters->name, volume->name) && is_one_of(&filters->driver, volume->driver) &&
           is_one_of(&filters->scope, volume->scope) && all_pairs(&filters->label, &volume->labels, true) &&
           all_pairs(&filters->label_not, &volume->labels, false) &&
           all_pairs(&filters->option, &volume->options, true) && says(&filters->dangling, !volume->users) &&
           says(&filters->anonymous, is_anonymous(volume)) && until_matches(&filters->until, volume->created_unix_ns) &&
           (!after_unix_ns || volume->created_unix_ns > after_unix_ns);
}
