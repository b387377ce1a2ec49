#pragma once
/* Other names for members of an archive. Private to core/archive. */
struct arena;
struct str_map;

/* @name with itself, or else the longest of its leading directories that @rename knows, replaced. @rename: may be NULL.
 * The result is @name, borrowed of @rename, or in @arena; nothing says that it is clean. */
const char *rename_member(struct arena *arena, const struct str_map *rename, const char *name);
