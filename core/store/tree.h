#pragma once
/*
 * Removing what others made. A container can nest directories deeper than any path, stack or table of descriptors goes,
 * so nothing here recurses: directories that are not empty are lifted to the top and emptied there, two open at a time.
 */
struct error;

/* Removes @path with all that is in it; a missing one is fine. Nobody else may work in it. Mount points stay (an
 * error). */
int tree_remove(const char *path, struct error **err);
