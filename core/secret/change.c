/* What happens to a secret that is there. */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/secret/changes.h"
#include "core/secret/driver.h"

/* Microseconds: JavaScript's clients keep that many digits of a number. */
int64_t secret_version(const struct secret *secret)
{
    return secret->updated_unix_ns / 1000;
}

int secret_relabel(struct engine *engine, const char *key, int64_t version, const struct str_map *labels, struct error **err)
{
    autoarena *arena = arena_new();
    struct secret_table table;
    autofd lock = change_repair(engine, true, err);
    if (lock < 0 || secret_table_read(engine, arena, true, &table, err) < 0)
        return -1;
    long at = secret_table_find(&table, key, true, err);
    if (at < 0)
        return -1;
    struct secret_row *row = &table.items[at];
    int64_t present = secret_version(&row->secret), now = clock_now();
    if (version != present)
        return error_set(err, ERROR_CONFLICT, 0, "version: %lld is not the present one of secret %s: update out of sequence",
                         (long long)version, row->secret.name);
    row->text = NULL;
    row->secret.labels = *labels;
    row->secret.updated_unix_ns = now / 1000 > present ? now : (present + 1) * 1000; /* also when the clock went back */
    if (secret_table_write(engine, &table, err) < 0)
        return -1;
    return change_end(engine, (const char *const[2]){ NULL }, "update", &row->secret, err);
}

int secret_remove(struct engine *engine, const char *key, struct error **err)
{
    autoarena *arena = arena_new();
    struct secret_table table;
    autofd lock = change_repair(engine, true, err);
    if (lock < 0 || secret_table_read(engine, arena, true, &table, err) < 0)
        return -1;
    long at = secret_table_find(&table, key, true, err);
    if (at < 0)
        return -1;
    struct secret gone = table.items[at].secret;
    const char *const ids[2] = { gone.id };
    const struct secret_driver *driver = secret_driver_find(gone.driver, err);
    if (!driver || change_begin(engine, &gone, true, err) < 0)
        return -1;
    autoerror *failure = NULL, *left = NULL;
    if (driver->forget(&gone.options, gone.id, &failure) < 0 && failure->kind != ERROR_NOT_FOUND) {
        change_end(engine, ids, NULL, NULL, &left);
        return error_set(err, ERROR_INTERNAL, 0, "deleting secret %s: %s", gone.name, failure->message);
    }
    table.items[at] = table.items[--table.count];
    if (secret_table_write(engine, &table, err) < 0)
        return -1;
    return change_end(engine, ids, "remove", &gone, err);
}
