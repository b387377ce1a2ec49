#pragma once
/*
 * Secrets of a container. Those that are files are copied when it is made, below its directory of the store, and stay as
 * they were then; those in the environment are looked up at each start and exec. The database has their names alone, and
 * what the runtime reads of values lies in RUNROOT while it reads. Private to core/container.
 */
#include <stddef.h>

struct arena;
struct container;
struct container_effective;
struct container_spec;
struct engine;
struct error;
struct str_list;

/* At create: finds each and fills in name, id and target. ERROR_NOT_FOUND names a missing one (noun "secret"). */
int container_resolve_secrets(struct engine *engine, struct arena *arena, struct container_spec *spec,
                              const struct container_effective *effective, struct error **err);
/* Copies the files: once the container has its directory. */
int container_copy_secrets(struct engine *engine, struct arena *arena, const char *id, const struct container_spec *spec,
                           struct error **err);
/* Where the copies are: files 0, 1, … in the order of spec.secrets. Arena. */
const char *container_secrets_dir(struct engine *engine, struct arena *arena, const char *id);
/* Appends NAME=value. ERROR_CONFLICT when one is gone. */
int container_secret_env(struct engine *engine, struct arena *arena, const struct container_spec *spec, struct str_list *env,
                         struct error **err);

/* Writes what the runtime reads to @dir/@name: for a container with secrets in its environment as a link to a file in
 * RUNROOT, that values touch no disk. */
int container_write_private(struct engine *engine, struct arena *arena, const struct container *ctr, const char *dir,
                            const char *name, const void *data, size_t len, struct error **err);
/* The file behind the link goes, once the runtime has read it; @name NULL: all of them. */
void container_forget_private(struct engine *engine, const char *id, const char *name);
