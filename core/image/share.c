#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/image/lookup.h"
#include "core/store/store.h"

struct shared_layer {
    const char *id, *parent;
    int64_t size;
    size_t images; /* that stand on it */
};
struct shared_layers { /* by id */
    struct shared_layer *items;
    size_t count;
};
struct chain { /* from an image's top layer down */
    struct shared_layers *layers;
    const char *next;
    size_t steps; /* a file of the store that runs in circles ends too */
};

static int by_id(const void *a, const void *b)
{
    const struct shared_layer *left = a, *right = b;
    return strcmp(left->id, right->id);
}

static struct shared_layer *next_layer(struct chain *chain)
{
    const struct shared_layer key = { .id = chain->next };
    if (str_empty(chain->next) || chain->steps++ == chain->layers->count)
        return NULL;
    struct shared_layer *found = bsearch(&key, chain->layers->items, chain->layers->count, sizeof key, by_id);
    chain->next = found ? found->parent : NULL;
    return found;
}

static int read_layers(struct engine *engine, struct arena *arena, struct shared_layers *layers, struct error **err)
{
    struct store_layer *records;
    if (store_layers(engine->store, arena, &records, &layers->count, err) < 0)
        return -1;
    layers->items = arena_array(arena, layers->count + 1, sizeof *layers->items);
    for (size_t i = 0; i < layers->count; i++)
        layers->items[i] = (struct shared_layer){ records[i].id, records[i].parent, records[i].diff_size, 0 };
    qsort(layers->items, layers->count, sizeof *layers->items, by_id);
    return 0;
}

int image_share(struct engine *engine, struct arena *arena, struct image *images, size_t count, struct error **err)
{
    struct image_records records;
    struct shared_layers layers;
    if (image_read_records(engine, arena, &records, err) < 0 || read_layers(engine, arena, &layers, err) < 0)
        return -1;
    for (size_t i = 0; i < records.count; i++) {
        struct chain chain = { &layers, records.items[i].layer, 0 };
        for (struct shared_layer *layer; (layer = next_layer(&chain));)
            layer->images++;
    }
    for (size_t i = 0; i < count; i++) {
        struct chain chain = { &layers, images[i].top_layer, 0 };
        images[i].shared_size = 0;
        for (const struct shared_layer *layer; (layer = next_layer(&chain));)
            images[i].shared_size += layer->images > 1 ? layer->size : 0;
    }
    return 0;
}

int image_layers_size(struct engine *engine, struct arena *arena, const struct str_list *ids, int64_t *ret_bytes, struct error **err)
{
    struct image_records records;
    struct shared_layers layers;
    int64_t bytes = 0;
    if (image_read_records(engine, arena, &records, err) < 0 || read_layers(engine, arena, &layers, err) < 0)
        return -1;
    for (size_t i = 0; i < records.count; i++) {
        if (ids && !str_list_has(ids, records.items[i].id))
            continue;
        struct chain chain = { &layers, records.items[i].layer, 0 };
        for (struct shared_layer *layer; (layer = next_layer(&chain));)
            if (!layer->images++)
                bytes += layer->size;
    }
    *ret_bytes = bytes;
    return 0;
}
