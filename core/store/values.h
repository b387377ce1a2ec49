#pragma once
/* Records decoded into what store.h shows, each in one block of memory. Private to core/store. */
#include "core/store/store.h"

/* Owned blocks, to be freed with free(); decode functions for struct document. */
void *value_layer(const char *text, size_t len, struct error **err);
void *value_image(const char *text, size_t len, struct error **err);
void *value_container(const char *text, size_t len, struct error **err);

struct store_mount {
    const char *id, *path; /* id: layer */
    int64_t count;
};
void *value_mount(const char *text, size_t len, struct error **err);

/* Copies into an arena. */
struct store_layer value_copy_layer(struct arena *arena, const struct store_layer *from);
struct store_image value_copy_image(struct arena *arena, const struct store_image *from);
struct store_container value_copy_container(struct arena *arena, const struct store_container *from);
