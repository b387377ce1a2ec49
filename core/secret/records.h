#pragma once
/* secrets.json: rows in records.def, and the file as a whole. Private to core/secret. */
#include "core/schema/declare.h"
#include "core/secret/records.def"
#include "core/schema/done.h"
#include "core/secret/secret.h"

struct secret_row {
    struct secret secret;
    struct str_map metadata;
    const char *text; /* the record as it was read; NULL: it changed */
};
struct secret_table { /* arena */
    struct secret_row *items; /* as many as count, and room for one more */
    size_t count;
};

const char *secret_dir(struct engine *engine, struct arena *arena);
/* Makes the folder, waits for secrets.lock and holds it. Owned descriptor or -1. */
int secret_lock(struct engine *engine, struct error **err);

/* What the file says. @locked: secrets.lock is held; else it is for the reading, as podman writes in place. */
int secret_table_read(struct engine *engine, struct arena *arena, bool locked, struct secret_table *ret_table,
                      struct error **err);
/* The text of it. */
int secret_table_decode(struct arena *arena, const char *text, size_t len, struct secret_table *ret_table, struct error **err);
int secret_table_write(struct engine *engine, const struct secret_table *table, struct error **err);
/* Index of the secret of that name or id, or beginning of an id when @prefix; -1 with *err when there is none. */
long secret_table_find(const struct secret_table *table, const char *key, bool prefix, struct error **err);
