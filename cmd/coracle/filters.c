#include "cmd/coracle/filters.h"

#include <string.h>

#include "cmd/coracle/client.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/schema/schema.h"

#define MAX_BYTES (64u << 10)

int filters_add(struct arena *arena, struct filters *filters, const char *text, struct error **err)
{
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return error_set(err, ERROR_INVALID, 0, "--filter %s: expected KEY=VALUE", text);
    const char *key = arena_strndup(arena, text, (size_t)(equals - text));
    size_t i = 0;
    while (i < filters->count && strcmp(filters->items[i].key, key))
        i++;
    if (i == FILTERS_MAX_KEYS)
        return error_set(err, ERROR_INVALID, 0, "--filter %s: more than %d keys", text, FILTERS_MAX_KEYS);
    if (i == filters->count)
        filters->items[filters->count++].key = key;
    str_list_add(arena, &filters->items[i].values, equals + 1);
    return 0;
}

const char *filters_path(const struct client *client, const char *path, const struct filters *filters, struct error **err)
{
    autobuf text = BUF(MAX_BYTES);
    if (!filters->count)
        return path;
    for (size_t i = 0; i < filters->count; i++) {
        buf_putc(&text, i ? ',' : '{');
        schema_encode_text(&text, filters->items[i].key);
        for (size_t j = 0; j < filters->items[i].values.count; j++) {
            buf_puts(&text, j ? "," : ":[");
            schema_encode_text(&text, filters->items[i].values.items[j]);
        }
        buf_putc(&text, ']');
    }
    buf_putc(&text, '}');
    if (!text.full)
        return arena_printf(client->arena, "%s?filters=%s", path, client_escape(client, buf_text(&text)));
    error_set(err, ERROR_INVALID, 0, "--filter: all together are longer than %u bytes", MAX_BYTES);
    return NULL;
}
