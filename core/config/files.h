#pragma once
/* Reading configuration files. */
struct arena;
struct error;
struct str_list;
struct toml;

/* A file that is not there leaves *ret_file NULL and is no error. */
int config_read_toml(struct arena *arena, const char *path, struct toml **ret_file, struct error **err);
/* Appends the *.conf files of a directory in the order of their names; a missing directory has none. */
void config_list_dir(struct arena *arena, const char *dir, struct str_list *list);
