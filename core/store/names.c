#include <string.h>

#include "core/schema/schema.h"
#include "core/store/internal.h"
#include "core/store/text.h"

#define MAX_HISTORY 1000

void names_print(struct buf *out, const struct str_list *names)
{
    buf_putc(out, '[');
    for (size_t i = 0; i < names->count; i++) {
        if (i)
            buf_putc(out, ',');
        schema_encode_text(out, names->items[i]);
    }
    buf_putc(out, ']');
}

static int set_names(struct buf *out, const char *text, size_t len, const char *key, const struct str_list *names)
{
    autobuf list = BUF(1 << 20);
    names_print(&list, names);
    return text_set_member(out, text, len, key, names->count ? list.data : NULL);
}

static struct str_list with_history(struct arena *arena, const struct str_list *names, const struct str_list *before)
{
    struct str_list all = str_list_copy(arena, names);
    for (size_t i = 0; i < before->count && all.count < MAX_HISTORY; i++)
        if (!str_list_has(&all, before->items[i]))
            str_list_add(arena, &all, before->items[i]);
    return all;
}

char *names_edit(struct document *images, struct record *record, const struct str_list *names, size_t *ret_len,
                 struct error **err)
{
    const struct store_image *image = document_value(images, record, err);
    if (!image)
        return NULL;
    autoarena *arena = arena_new();
    struct str_list history = with_history(arena, names, &image->names_history);
    autobuf first = BUF(8 << 20), second = BUF(8 << 20);
    if (set_names(&first, record->text, record->len, "names", names) < 0 ||
        set_names(&second, first.data, first.len, "names-history", &history) < 0 || second.full) {
        error_set(err, ERROR_INTERNAL, 0, "%s: record of image %s cannot be changed", images->path, image->id);
        return NULL;
    }
    *ret_len = second.len;
    return buf_take(&second);
}

/* Names of the image that are not among @taken. */
static struct str_list keep_names(struct arena *arena, const struct store_image *image, const struct str_list *taken)
{
    struct str_list kept = { 0 };
    for (size_t i = 0; i < image->names.count; i++)
        if (!str_list_has(taken, image->names.items[i]))
            str_list_add(arena, &kept, image->names.items[i]);
    return kept;
}

static bool mentions_any(const struct record *record, const struct str_list *names)
{
    for (size_t i = 0; i < names->count; i++)
        if (record_mentions(record, names->items[i]))
            return true;
    return false;
}

int names_take(struct draft *images, const char *except, const struct str_list *names, struct error **err)
{
    autoarena *arena = arena_new();
    for (size_t i = 0; i < images->count; i++) {
        if (!mentions_any(images->items[i], names))
            continue;
        const struct store_image *image = document_value(images->document, images->items[i], err);
        if (!image)
            return -1;
        struct str_list kept = keep_names(arena, image, names);
        if (!strcmp(image->id, except) || kept.count == image->names.count)
            continue;
        autobuf text = BUF(8 << 20);
        if (set_names(&text, images->items[i]->text, images->items[i]->len, "names", &kept) < 0)
            return error_set(err, ERROR_INTERNAL, 0, "%s: record of image %s cannot be changed", images->document->path,
                             image->id);
        draft_replace(images, i, text.data, text.len);
    }
    return 0;
}
