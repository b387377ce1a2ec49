#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/auth_entry.h"
#include "core/registry/documents.h"
#include "core/schema/json.h"

#define HEADER "X-Registry-Auth"
#define MAX_HEADER (1u << 20)

static int read_one(struct arena *arena, const char *text, size_t len, struct registry_auth *ret_auth,
                    struct error **err)
{
    const struct auth_entry *entry = schema_decode(arena, auth_entry_schema(), text, len, SCHEMA_LIMITS, NULL, err);
    if (!entry)
        return error_wrap(err, HEADER);
    return auth_from_entry(arena, entry, HEADER, ret_auth, err);
}

/* {"host/path":{"username":…}}: what podman's client sends when it was not told which. */
static int read_places(struct arena *arena, const struct json *document, struct registry_auth *ret_auth,
                       struct error **err)
{
    struct registry_auth auth = { "", "", "", "", "", { 0 } };
    auth.places.items = arena_array(arena, document->count, sizeof *auth.places.items);
    for (size_t i = 0; i < document->count; i++) {
        struct registry_auth_place *place = &auth.places.items[auth.places.count++];
        autobuf text = BUF(MAX_HEADER);
        json_print(&text, &document->members[i].value);
        place->place = document->members[i].key;
        if (read_one(arena, buf_text(&text), text.len, &place->auth, err) < 0)
            return -1;
    }
    *ret_auth = auth;
    return 0;
}

int registry_auth_decode(struct arena *arena, const char *header, struct registry_auth *ret_auth, struct error **err)
{
    size_t len;
    *ret_auth = (struct registry_auth){ "", "", "", "", "", { 0 } };
    if (str_empty(header) || !strcmp(header, "null"))
        return 0;
    const char *text = str_base64_decode(arena, header, &len);
    if (!text)
        return error_set(err, ERROR_INVALID, 0, HEADER ": expected base64 of a JSON object");
    const struct json *document = json_parse(arena, text, len, SCHEMA_LIMITS, err);
    if (!document)
        return error_wrap(err, HEADER);
    if (document->kind == JSON_NULL_KIND)
        return 0;
    bool map =
        document->kind == JSON_OBJECT_KIND && document->count && document->members[0].value.kind == JSON_OBJECT_KIND;
    return map ? read_places(arena, document, ret_auth, err) : read_one(arena, text, len, ret_auth, err);
}

bool registry_auth_given(const struct registry_auth *auth)
{
    return !str_empty(auth->username) || !str_empty(auth->identity_token) || !str_empty(auth->registry_token) ||
           auth->places.count;
}
