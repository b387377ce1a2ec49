#include "core/base/certificate.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/base/arena.h"
#include "core/base/id.h"

static void to_lower(char *text)
{
    for (; *text; text++)
        *text = (char)tolower((unsigned char)*text);
}

static const char *fingerprint_name(struct arena *arena, const char *digits)
{
    char *name = arena_printf(arena, "SHA256:%s", digits), *hex = name + strlen("SHA256:"), *to = hex;
    for (const char *at = hex; *at; at++)
        if (*at != ':')
            *to++ = *at;
    *to = '\0';
    to_lower(hex);
    return strlen(hex) == ID_HEX_SIZE - 1 && str_is_hex(hex) ? name : NULL;
}

const char *certificate_name(struct arena *arena, const char *text)
{
    static const char *const kinds[] = { "CN=", "O=", "OU=", "DNS:", "EMAIL:", "URI:", "SHA256:" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t len = strlen(kinds[i]);
        if (strncasecmp(text, kinds[i], len) || !text[len])
            continue;
        if (!strcmp(kinds[i], "SHA256:"))
            return fingerprint_name(arena, text + len);
        char *name = arena_printf(arena, "%s%s", kinds[i], text + len);
        if (!strcmp(kinds[i], "DNS:"))
            to_lower(name + len);
        return name;
    }
    return NULL;
}

bool certificate_fits(const struct certificate *certificate, const struct str_list *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (str_list_has(&certificate->names, names->items[i]))
            return true;
    return false;
}
