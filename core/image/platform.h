#pragma once
/* Which of an index's images runs here. Private to core/image. Source of truth: registry.md section 5. */
#include <stddef.h>

struct arena;
struct error;
struct image_index;
struct image_index_entry;

struct platform {
    const char *os, *architecture, *variant; /* Go's words; variant "" when none was asked for */
};

/* "os[/arch[/variant]]", an architecture alone, or NULL for this machine. ERROR_INVALID says what was expected. */
int platform_parse(struct arena *arena, const char *text, struct platform *ret_platform, struct error **err);
/* The entry to use: NULL when there is none. */
const struct image_index_entry *platform_choose(const struct image_index *index, const struct platform *platform);
