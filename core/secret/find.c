#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/secret/driver.h"
#include "core/secret/records.h"

#define LOAD_ATTEMPTS 3

int secret_find(struct engine *engine, struct arena *arena, const char *key, struct secret *ret_secret, struct error **err)
{
    struct secret_table table;
    if (secret_repair(engine, err) < 0 || secret_table_read(engine, arena, false, &table, err) < 0)
        return -1;
    long at = secret_table_find(&table, key, true, err);
    if (at < 0)
        return -1;
    *ret_secret = table.items[at].secret;
    return 0;
}

/* A driver is asked without the lock, as it may take its time: a secret that was replaced meanwhile is looked up anew. */
int secret_load(struct engine *engine, struct arena *arena, const char *key, struct secret *ret_secret,
                const char **ret_data, size_t *ret_len, struct error **err)
{
    for (unsigned attempt = 1;; attempt++) {
        autoerror *failure = NULL;
        if (secret_find(engine, arena, key, ret_secret, err) < 0)
            return -1;
        const struct secret_driver *driver = secret_driver_find(ret_secret->driver, &failure);
        if (driver && driver->load(arena, &ret_secret->options, ret_secret->id, ret_data, ret_len, &failure) == 0)
            return 0;
        if (failure->kind != ERROR_NOT_FOUND || attempt == LOAD_ATTEMPTS) /* the client's part was right: it is there */
            return error_set(err, ERROR_INTERNAL, 0, "the value of secret %s cannot be read: %s", ret_secret->name, failure->message);
    }
}

static int by_age(const void *a, const void *b)
{
    const struct secret *left = a, *right = b;
    if (left->created_unix_ns != right->created_unix_ns)
        return left->created_unix_ns < right->created_unix_ns ? -1 : 1;
    return strcmp(left->id, right->id);
}

int secret_list(struct engine *engine, struct arena *arena, const struct secret_filters *filters,
                struct secret **ret_secrets, size_t *ret_count, struct error **err)
{
    struct secret_table table;
    if (secret_repair(engine, err) < 0 || secret_table_read(engine, arena, false, &table, err) < 0)
        return -1;
    struct secret *secrets = arena_array(arena, table.count, sizeof *secrets);
    size_t count = 0;
    for (size_t i = 0; i < table.count; i++)
        if (secret_matches(filters, &table.items[i].secret))
            secrets[count++] = table.items[i].secret;
    if (count)
        qsort(secrets, count, sizeof *secrets, by_age);
    *ret_secrets = secrets;
    *ret_count = count;
    return 0;
}
