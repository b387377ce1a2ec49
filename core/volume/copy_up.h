#pragma once
/* Copying a directory of an image into a volume. Directories are descriptors open for reading. Private to core/volume. */
struct error;

int copy_tree(int from, int to, struct error **err);
/* Owner, mode, extended attributes and times of the directory itself. @name: for errors */
int copy_directory_attributes(int from, int to, const char *name, struct error **err);
