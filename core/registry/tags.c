#include <ctype.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/registry/exchange.h"
#include "core/registry/link.h"
#include "core/registry/refusal.h"
#include "core/registry/registry.h"
#include "core/schema/json.h"

#define PAGE 1000
#define MAX_PAGE_BYTES (4u << 20)
#define MAX_TAGS 10000

static bool is_tag(const char *text)
{
    if (!isalnum((unsigned char)*text) && *text != '_')
        return false;
    return strlen(text) <= 128 &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")] == '\0';
}

static int read_page(struct registry_link *link, struct arena *arena, const char *last, const struct json **ret_tags,
                     struct error **err)
{
    autobuf body = BUF(MAX_PAGE_BYTES);
    struct exchange_request request = { 0 };
    struct exchange_answer answer;
    const char *path = arena_printf(arena, "tags/list?n=%d%s%s", PAGE, last ? "&last=" : "", str_or(last, ""));
    if (link_get(link, arena, path, &request, &answer, err) < 0)
        return -1;
    if (answer.status != 200)
        return refusal_read(link->exchange, &answer, err);
    if (link_read_body(link->exchange, &body, err) < 0)
        return -1;
    const struct json *document = json_parse(arena, buf_text(&body), body.len, SCHEMA_LIMITS, err);
    if (!document)
        return -1;
    *ret_tags = json_get(document, "tags");
    return 0;
}

/* Pages end where nothing new comes: how many a registry gives at once is its own choice. */
int registry_list_tags(struct registry_link *link, struct arena *arena, struct str_list *ret_tags, struct error **err)
{
    struct str_list tags = { 0 };
    for (size_t before = 0;; before = tags.count) {
        const struct json *page = NULL;
        if (read_page(link, arena, before ? tags.items[before - 1] : NULL, &page, err) < 0)
            return error_wrap(err, "tags of %s/%s", link->registry->endpoint->auth_host,
                              link->registry->endpoint->repository);
        for (size_t i = 0; page && page->kind == JSON_LIST_KIND && i < page->count && tags.count < MAX_TAGS; i++) {
            const struct json *tag = &page->members[i].value;
            if (tag->kind == JSON_TEXT_KIND && is_tag(tag->text) && !str_list_has(&tags, tag->text))
                str_list_add(arena, &tags, tag->text);
        }
        if (tags.count == before)
            break;
    }
    *ret_tags = tags;
    return 0;
}
