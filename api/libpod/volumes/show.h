#pragma once
/* A volume as libpod's dialect shows it, and its filters. */
#include "api/route.h"

struct arena;
struct libpod_volume;
struct volume;
struct volume_filters;

/* Borrows from @volume. */
void libpod_show_volume(const struct volume *volume, struct libpod_volume *ret_shown);
/* @accepted: the keys this route knows, "first|second|…" */
int libpod_volume_filters(struct arena *arena, const struct filters *asked, const char *accepted,
                          struct volume_filters *filters, struct error **err);
