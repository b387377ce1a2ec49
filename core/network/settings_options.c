/* Driver options of a new network: which there are, and what they may say. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/network/network.h"
#include "core/network/settings.h"

enum option_kind {
    OPTION_NUMBER,
    OPTION_BOOL,
    OPTION_WORD, /* of the list in `words` */
    OPTION_NAME, /* of an interface */
};

/* What netavark takes. `newer`: the oldest one in use, 1.4, does not know it and would leave it out in silence. */
static const struct option {
    const char *driver, *name;
    enum option_kind kind;
    int64_t max;
    const char *words;
    bool newer;
} known[] = {
    { "bridge", "mtu", OPTION_NUMBER, 65535, NULL, false },
    { "bridge", "vlan", OPTION_NUMBER, 4094, NULL, true },
    { "bridge", "isolate", OPTION_WORD, 0, "true|false|strict", false },
    { "bridge", "metric", OPTION_NUMBER, UINT32_MAX, NULL, false },
    { "bridge", "no_default_route", OPTION_BOOL, 0, NULL, true },
    { "bridge", "vrf", OPTION_NAME, 0, NULL, true },
    { "bridge", "mode", OPTION_WORD, 0, "managed|unmanaged", true },
    { "macvlan", "mode", OPTION_WORD, 0, "bridge|private|vepa|passthru", false },
    { "macvlan", "mtu", OPTION_NUMBER, 65535, NULL, false },
    { "macvlan", "metric", OPTION_NUMBER, UINT32_MAX, NULL, false },
    { "macvlan", "no_default_route", OPTION_BOOL, 0, NULL, true },
    { "macvlan", "bclim", OPTION_NUMBER, INT32_MAX, NULL, true },
    { "ipvlan", "mode", OPTION_WORD, 0, "l2|l3|l3s", true },
    { "ipvlan", "mtu", OPTION_NUMBER, 65535, NULL, true },
    { "ipvlan", "metric", OPTION_NUMBER, UINT32_MAX, NULL, true },
    { "ipvlan", "no_default_route", OPTION_BOOL, 0, NULL, true },
};

static const struct option *find_option(const char *driver, const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (!strcmp(known[i].driver, driver) && !strcmp(known[i].name, name))
            return &known[i];
    return NULL;
}

/* As Go reads it; "true" or "false", or NULL. */
static const char *truth(const char *text)
{
    static const char *const yes[] = { "1", "t", "T", "TRUE", "true", "True" }, *const no[] = { "0", "f", "F", "FALSE", "false", "False" };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!strcmp(text, yes[i]))
            return "true";
        if (!strcmp(text, no[i]))
            return "false";
    }
    return NULL;
}

static bool is_word(const char *words, const char *value)
{
    size_t len = strlen(value);
    for (const char *at = words; len && (at = strstr(at, value)); at++)
        if ((at == words || at[-1] == '|') && (!at[len] || at[len] == '|'))
            return true;
    return false;
}

/* The value as netavark takes it, or NULL with *err. */
static const char *check_value(const struct option *option, const char *value, struct error **err)
{
    const char *taken = value;
    int64_t number = str_to_int(value);
    switch (option->kind) {
    case OPTION_NUMBER:
        if (number < 0 || number > option->max) {
            error_set(err, ERROR_INVALID, 0, "options: %s: \"%.80s\" is not a number from 0 to %lld", option->name, value,
                      (long long)option->max);
            return NULL;
        }
        break;
    case OPTION_BOOL:
        taken = truth(value);
        if (!taken)
            error_set(err, ERROR_INVALID, 0, "options: %s: \"%.80s\" is not true or false", option->name, value);
        break;
    case OPTION_WORD:
        if (str_starts(option->words, "true|") && truth(value))
            taken = truth(value);
        if (!is_word(option->words, taken)) {
            error_set(err, ERROR_INVALID, 0, "options: %s: \"%.80s\" is not one of %s", option->name, value, option->words);
            return NULL;
        }
        break;
    case OPTION_NAME:
        if (settings_check_interface("options: vrf", value, err) < 0)
            return NULL;
        break;
    }
    return taken;
}

int settings_options(struct arena *arena, const struct network_settings *settings, struct network *network, bool *ret_newer,
                     struct error **err)
{
    for (size_t i = 0; i < settings->options.count; i++) {
        const char *name = settings->options.items[i].key, *value = str_or(settings->options.items[i].value, "");
        const struct option *option = find_option(network->driver, name);
        if (!option)
            return error_set(err, ERROR_INVALID, 0, "unsupported %s network option %.80s", network->driver, name);
        value = check_value(option, value, err);
        if (!value)
            return -1;
        *ret_newer |= option->newer || !strcmp(value, "strict");
        str_map_set(arena, &network->options, name, value);
    }
    return 0;
}
