#include "core/secret/records.h"

#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"

#include "core/schema/define.h"
#include "core/secret/records.def"
#include "core/schema/done.h"

#define TABLE_MAX_BYTES (64u << 20)
#define ID_DIGITS 25

const char *secret_dir(struct engine *engine, struct arena *arena)
{
    return arena_printf(arena, "%s/secrets", engine->root);
}

static int lock_dir(const char *dir, bool exclusive, struct error **err)
{
    autoarena *arena = arena_new();
    return lock_file(arena_printf(arena, "%s/secrets.lock", dir), exclusive, err);
}

int secret_lock(struct engine *engine, struct error **err)
{
    autoarena *arena = arena_new();
    const char *dir = secret_dir(engine, arena);
    return path_mkdirs(dir, 0700, err) < 0 ? -1 : lock_dir(dir, true, err);
}

static int take_row(struct arena *arena, const struct str_pair *pair, struct secret_row *row, struct error **err)
{
    const struct schema_limits limits = { TABLE_MAX_BYTES, 64 };
    const struct secret_record *record =
        schema_decode(arena, secret_record_schema(), pair->value, strlen(pair->value), limits, NULL, err);
    if (!record)
        return error_wrap(err, "secret %s", pair->key);
    if (!str_eq(record->id, pair->key))
        return error_set(err, ERROR_INTERNAL, 0, "secret %s: its record says it is %s", pair->key, record->id);
    if (!str_is_hex(record->id) || strlen(record->id) > ID_HEX_SIZE) /* it names files */
        return error_set(err, ERROR_INTERNAL, 0, "\"%.100s\" is not the id of a secret", record->id);
    *row = (struct secret_row){
        .secret = {
            .id = record->id,
            .name = record->name,
            .driver = record->driver,
            .labels = record->labels,
            .options = record->options,
            .created_unix_ns = record->created,
            .updated_unix_ns = record->updated ? record->updated : record->created,
        },
        .metadata = record->metadata,
        .text = pair->value,
    };
    return 0;
}

int secret_table_decode(struct arena *arena, const char *text, size_t len, struct secret_table *table, struct error **err)
{
    const struct schema_limits limits = { TABLE_MAX_BYTES, 64 };
    const struct secret_records *records =
        schema_decode(arena, secret_records_schema(), text, len, limits, NULL, err);
    if (!records)
        return -1;
    *table = (struct secret_table){ arena_array(arena, records->secrets.count + 1, sizeof *table->items), 0 };
    for (; table->count < records->secrets.count; table->count++)
        if (take_row(arena, &records->secrets.items[table->count], &table->items[table->count], err) < 0)
            return -1;
    return 0;
}

int secret_table_read(struct engine *engine, struct arena *arena, bool locked, struct secret_table *ret_table,
                      struct error **err)
{
    struct secret_table table = { arena_array(arena, 1, sizeof *table.items), 0 };
    const char *dir = secret_dir(engine, arena), *path = arena_printf(arena, "%s/secrets.json", dir);
    *ret_table = table;
    if (!path_exists(path))
        return 0;
    autofd lock = locked ? -1 : lock_dir(dir, false, err);
    if (!locked && lock < 0)
        return -1;
    size_t len;
    autofree char *text = path_read(path, TABLE_MAX_BYTES, &len, err);
    if (!text || secret_table_decode(arena, text, len, &table, err) < 0) {
        (*err)->kind = ERROR_INTERNAL; /* no client wrote that */
        return error_wrap(err, "%s", path);
    }
    *ret_table = table;
    return 0;
}

static const char *print_row(struct arena *arena, const struct secret_row *row)
{
    const struct secret *secret = &row->secret;
    const struct secret_record record = {
        .name = secret->name,
        .id = secret->id,
        .labels = secret->labels,
        .metadata = row->metadata,
        .created = secret->created_unix_ns,
        .updated = secret->updated_unix_ns,
        .driver = secret->driver,
        .options = secret->options,
    };
    autobuf text = BUF(TABLE_MAX_BYTES);
    schema_encode(&text, secret_record_schema(), &record, SCHEMA_NEWEST);
    return arena_strndup(arena, buf_text(&text), text.len);
}

int secret_table_write(struct engine *engine, const struct secret_table *table, struct error **err)
{
    autoarena *arena = arena_new();
    struct secret_records records = { 0 };
    for (size_t i = 0; i < table->count; i++) {
        const struct secret_row *row = &table->items[i];
        str_map_set(arena, &records.secrets, row->secret.id, row->text ? row->text : print_row(arena, row));
        str_map_set(arena, &records.name_to_id, row->secret.name, row->secret.id);
        str_map_set(arena, &records.id_to_name, row->secret.id, row->secret.name);
    }
    autobuf text = BUF(TABLE_MAX_BYTES);
    schema_encode(&text, secret_records_schema(), &records, SCHEMA_NEWEST);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "secrets.json would be larger than %u bytes", TABLE_MAX_BYTES);
    const char *path = arena_printf(arena, "%s/secrets.json", secret_dir(engine, arena));
    return path_write_atomic(path, text.data, text.len, 0600, true, err);
}

long secret_table_find(const struct secret_table *table, const char *key, bool prefix, struct error **err)
{
    long found = -1;
    for (size_t i = 0; i < table->count; i++)
        if (!strcmp(table->items[i].secret.id, key))
            return (long)i;
    for (size_t i = 0; i < table->count; i++)
        if (!strcmp(table->items[i].secret.name, key))
            return (long)i;
    for (size_t i = 0; prefix && *key && strlen(key) <= ID_DIGITS && i < table->count; i++) {
        if (!str_starts(table->items[i].secret.id, key))
            continue;
        if (found >= 0)
            return error_set(err, ERROR_INVALID, 0, "name: \"%s\" is the beginning of more than one secret's id", key);
        found = (long)i;
    }
    if (found < 0)
        error_set_about(err, ERROR_NOT_FOUND, "secret", key, "secret %s not found", key);
    return found;
}
