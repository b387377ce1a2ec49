/* The file driver: secretsdata.json in the folder of option "path", one object of id to value in base64. */
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/lock.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/schema/json.h"
#include "core/secret/driver.h"
#include "core/secret/records.h"

#define DATA_MAX_BYTES (256u << 20)

static int prepare(struct engine *engine, struct arena *arena, struct str_map *options, struct error **err)
{
    const char *path = str_map_get(options, "path");
    for (size_t i = 0; i < options->count; i++)
        if (strcmp(options->items[i].key, "path"))
            return error_set(err, ERROR_INVALID, 0, "driveropts: \"%s\" is no option of the driver file: expected path",
                             options->items[i].key);
    if (!path)
        str_map_set(arena, options, "path", arena_printf(arena, "%s/filedriver", secret_dir(engine, arena)));
    else if (*path != '/')
        return error_set(err, ERROR_INVALID, 0, "driveropts: path: \"%s\" is not an absolute path", path);
    return 0;
}

struct data_file {
    struct arena *arena;
    const char *path;
    int lock; /* owned */
    const struct json *values; /* NULL: the file is yet to be made */
};

static void data_close(struct data_file *file)
{
    fd_close(file->lock);
    arena_free(file->arena);
}

static int data_read(struct data_file *file, struct error **err)
{
    autoerror *failure = NULL;
    size_t len;
    autofree char *text = path_read(file->path, DATA_MAX_BYTES, &len, &failure);
    if (!text && failure->kind == ERROR_NOT_FOUND)
        return 0;
    const struct schema_limits limits = { DATA_MAX_BYTES, 4 };
    if (text)
        file->values = json_parse(file->arena, text, len, limits, &failure);
    if (text)
        explicit_bzero(text, len);
    if (!failure && file->values->kind == JSON_OBJECT_KIND)
        return 0;
    return error_set(err, ERROR_INTERNAL, 0, "%s: %s", file->path, failure ? failure->message : "is not a JSON object");
}

/* @make: the folder too. Closed by the caller, also on failure. */
static int data_open(const struct str_map *options, bool make, struct data_file *file, struct error **err)
{
    *file = (struct data_file){ .arena = arena_new(), .lock = -1 };
    const char *dir = str_map_get(options, "path");
    if (str_empty(dir) || *dir != '/')
        return error_set(err, ERROR_INTERNAL, 0, "the file driver's folder \"%s\" is not an absolute path", str_or(dir, ""));
    file->path = arena_printf(file->arena, "%s/secretsdata.json", dir);
    if (make && path_mkdirs(dir, 0700, err) < 0)
        return -1;
    if (!make && !path_exists(file->path))
        return 0;
    file->lock = lock_file(arena_printf(file->arena, "%s/secretsdata.lock", dir), true, err);
    return file->lock < 0 ? -1 : data_read(file, err);
}

/* All values, without the one of @id or with @value (base64) for it. */
static int data_write(const struct data_file *file, const char *id, const char *value, struct error **err)
{
    autobuf text = BUF(DATA_MAX_BYTES);
    const char *comma = "{";
    for (size_t i = 0; file->values && i < file->values->count; i++) {
        const struct json_member *member = &file->values->members[i];
        if (!strcmp(member->key, id))
            continue;
        buf_puts(&text, comma);
        schema_encode_text(&text, member->key);
        buf_putc(&text, ':');
        json_print(&text, &member->value);
        comma = ",";
    }
    if (value) {
        buf_puts(&text, comma);
        schema_encode_text(&text, id);
        buf_putc(&text, ':');
        schema_encode_text(&text, value);
        comma = ",";
    }
    buf_puts(&text, *comma == '{' ? "{}" : "}");
    int rc = text.full ? error_set(err, ERROR_TOO_LARGE, 0, "%s would be larger than %u bytes", file->path, DATA_MAX_BYTES)
                       : path_write_atomic(file->path, text.data, text.len, 0600, true, err);
    if (text.data)
        explicit_bzero(text.data, text.len);
    return rc;
}

static int store(const struct str_map *options, const char *id, const void *data, size_t len, struct error **err)
{
    struct data_file file;
    int rc = data_open(options, true, &file, err);
    if (rc == 0 && file.values && json_get(file.values, id))
        rc = error_set(err, ERROR_INTERNAL, 0, "%s has a value of id %s already", file.path, id);
    if (rc == 0)
        rc = data_write(&file, id, str_base64(file.arena, data, len), err);
    data_close(&file);
    return rc;
}

static int load(struct arena *arena, const struct str_map *options, const char *id, const char **ret_data, size_t *ret_len,
                struct error **err)
{
    struct data_file file;
    int rc = data_open(options, false, &file, err);
    const char *text = rc == 0 && file.values ? json_get_text(file.values, id) : NULL;
    if (rc == 0 && !text)
        rc = error_set(err, ERROR_NOT_FOUND, 0, "%s has no value of id %s", file.path, id);
    if (rc == 0 && !(*ret_data = str_base64_decode(arena, text, ret_len)))
        rc = error_set(err, ERROR_INTERNAL, 0, "%s: the value of id %s is not base64", file.path, id);
    data_close(&file);
    return rc;
}

static int forget(const struct str_map *options, const char *id, struct error **err)
{
    struct data_file file;
    int rc = data_open(options, false, &file, err);
    if (rc == 0 && (!file.values || !json_get(file.values, id)))
        rc = error_set(err, ERROR_NOT_FOUND, 0, "%s has no value of id %s", file.path, id);
    if (rc == 0)
        rc = data_write(&file, id, NULL, err);
    data_close(&file);
    return rc;
}

const struct secret_driver secret_driver_file = { "file", prepare, store, load, forget };
