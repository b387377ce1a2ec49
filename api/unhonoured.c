#include "api/unhonoured.h"

#include <string.h>

#include "core/base/error.h"
#include "core/base/path.h"

#define REFUSED "Refused: " /* begins the row's text; what follows is why */

bool unhonoured_says_something(const char *json)
{
    static const char *const nothing[] = { "null", "\"\"", "false", "0", "[]", "{}" };
    if (!json)
        return false;
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (!strcmp(json, nothing[i]))
            return false;
    return true;
}

int unhonoured_value(const char *field, const char *value, const char *expected, struct error **err)
{
    return error_set(err, ERROR_INVALID, 0, "%s: %.80s is not supported: expected %s", field, value, expected);
}

int unhonoured_refuse(const struct schema *schema, const void *object, const char *prefix, const char *except,
                      struct error **err)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct schema_field *field = &schema->fields[i];
        if (field->kind != SCHEMA_ANY || str_eq(field->key, except))
            continue;
        const char *json = *(const char *const *)((const char *)object + field->offset);
        if (unhonoured_says_something(json))
            return error_set(err, ERROR_INVALID, 0, "%s%s: %.80s is not supported: %s", prefix, field->key, json,
                             str_starts(field->doc, REFUSED) ? field->doc + strlen(REFUSED) : "expected it to be absent");
    }
    return 0;
}

int unhonoured_word(const char *field, const char *value, const char *accepted, struct error **err)
{
    if (str_empty(value))
        return 0;
    size_t len = strlen(value);
    for (const char *at = accepted; (at = strstr(at, value)); at++)
        if ((at == accepted || at[-1] == '|') && (!at[len] || at[len] == '|'))
            return 0;
    return unhonoured_value(field, value, accepted, err);
}

/* Nothing is labelled, as the peers do where the machine has no SELinux; where it has one, a label would be missed. */
int unhonoured_label(const char *field, const char *value, struct error **err)
{
    static const char *const keys[] = { "user:", "role:", "type:", "level:", "filetype:" };
    bool known = !strcmp(value, "disable") || !strcmp(value, "nested");
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        known |= str_starts(value, keys[i]) && value[strlen(keys[i])];
    if (!known)
        return unhonoured_value(field, value, "disable, nested, or user:, role:, type:, level: or filetype: and a word", err);
    if (strcmp(value, "disable") && path_exists("/sys/fs/selinux/enforce"))
        return unhonoured_value(field, value, "disable: this engine gives no SELinux labels", err);
    return 0;
}
