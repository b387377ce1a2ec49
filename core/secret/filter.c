#include <regex.h>
#include <string.h>

#include "core/base/error.h"
#include "core/secret/secret.h"

static int add_pattern(struct arena *arena, struct secret_filters *filters, const char *value, struct error **err)
{
    regex_t regex;
    if (regcomp(&regex, value, REG_EXTENDED | REG_NOSUB))
        return error_set(err, ERROR_INVALID, 0, "filters: name: \"%.200s\" is not a regular expression", value);
    regfree(&regex);
    str_list_add(arena, &filters->name, value);
    return 0;
}

int secret_filter_add(struct arena *arena, struct secret_filters *filters, bool docker, const char *key, const char *value,
                      struct error **err)
{
    if (!strcmp(key, "name") && !docker)
        return add_pattern(arena, filters, value, err);
    if (!strcmp(key, "name"))
        str_list_add(arena, &filters->prefix, value);
    else if (!strcmp(key, "names") && docker)
        str_list_add(arena, &filters->names, value);
    else if (!strcmp(key, "id"))
        str_list_add(arena, &filters->id, value);
    else if (!strcmp(key, "label"))
        str_list_add(arena, &filters->label, value);
    else
        return error_set(err, ERROR_INVALID, 0, "filters: \"%.200s\" is not known: expected id, name%s or label", key,
                         docker ? ", names" : "");
    return 0;
}

static bool begins(const struct str_list *prefixes, const char *text)
{
    for (size_t i = 0; i < prefixes->count; i++)
        if (str_starts(text, prefixes->items[i]))
            return true;
    return prefixes->count == 0;
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

/* "name" or "name=value" */
static bool has_label(const struct str_map *labels, const char *wanted)
{
    size_t len = strcspn(wanted, "=");
    for (size_t i = 0; i < labels->count; i++)
        if (strlen(labels->items[i].key) == len && !strncmp(labels->items[i].key, wanted, len))
            return !wanted[len] || !strcmp(str_or(labels->items[i].value, ""), wanted + len + 1);
    return false;
}

bool secret_matches(const struct secret_filters *filters, const struct secret *secret)
{
    for (size_t i = 0; i < filters->label.count; i++)
        if (!has_label(&secret->labels, filters->label.items[i]))
            return false;
    return begins(&filters->id, secret->id) && begins(&filters->prefix, secret->name) &&
           (!filters->names.count || str_list_has(&filters->names, secret->name)) && name_matches(&filters->name, secret->name);
}
