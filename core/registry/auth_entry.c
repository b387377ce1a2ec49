#include "core/registry/auth_entry.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/documents.h"

/* "auth" gives what username and password do not. Docker pads it with NUL bytes at times. */
static int take_pair(struct arena *arena, const char *text, const char *where, struct registry_auth *auth,
                     struct error **err)
{
    size_t len;
    char *pair = str_base64_decode(arena, text, &len);
    char *colon = pair ? strchr(pair, ':') : NULL;
    if (!colon)
        return error_set(err, ERROR_INVALID, 0, "%s: auth: expected base64 of user:password", where);
    if (str_empty(auth->username))
        auth->username = arena_strndup(arena, pair, (size_t)(colon - pair));
    if (str_empty(auth->password))
        auth->password = colon + 1;
    return 0;
}

int auth_from_entry(struct arena *arena, const struct auth_entry *entry, const char *where,
                    struct registry_auth *ret_auth, struct error **err)
{
    struct registry_auth auth = {
        .username = str_or(entry->username, ""),
        .password = str_or(entry->password, ""),
        .identity_token = str_or(entry->identity_token, ""),
        .registry_token = str_or(entry->registry_token, ""),
        .server_address = str_or(entry->server_address, ""),
    };
    if (strpbrk(auth.registry_token, "\r\n"))
        return error_set(err, ERROR_INVALID, 0, "%s: registrytoken: expected one line", where);
    if (!str_empty(entry->auth) && take_pair(arena, entry->auth, where, &auth, err) < 0)
        return -1;
    *ret_auth = auth;
    return 0;
}
