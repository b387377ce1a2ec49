#pragma once
/* From the store's record and documents to a struct image. Private to core/image. */
struct arena;
struct engine;
struct error;
struct image;
struct store_image;
struct store_layer;
struct str_list;

/* @layers: every layer of the store, for sizes */
int image_from_record(struct engine *engine, struct arena *arena, const struct store_image *record, const struct store_layer *layers,
                      unsigned long layer_count, struct image *ret_image, struct error **err);
/* Names with a tag; and repository@digest for each repository it is named in and each digest its manifests have. */
void image_names_from_record(struct arena *arena, const struct store_image *record, struct str_list *ret_names,
                             struct str_list *ret_digests);
