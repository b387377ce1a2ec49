#include <string.h>
#include <sys/random.h>

#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/base/log.h"
#include "core/config/config.h"
#include "core/engine.h"
#include "core/secret/changes.h"
#include "core/secret/driver.h"

#define NAME_MAX_BYTES 253
#define ID_DIGITS 25
#define WORDS_MAX_BYTES (256u << 10)

/* podman's rule, and what no file of that name could be or no list could show. */
static int check_name(const char *name, struct error **err)
{
    size_t len = strlen(name);
    bool good = len >= 1 && len <= NAME_MAX_BYTES && strcmp(name, ".") && strcmp(name, "..") && str_is_utf8(name);
    for (const char *at = name; good && *at; at++)
        good = (unsigned char)*at >= 0x20 && *at != 0x7f && !strchr("=/,", *at);
    if (good)
        return 0;
    return error_set(err, ERROR_INVALID, 0,
                     "name: \"%.300s\" is not the name of a secret: expected 1 to %d bytes of UTF-8 without '=', '/', ',' or "
                     "control characters", name, NAME_MAX_BYTES);
}

static int check_words(const char *field, const struct str_map *words, struct error **err)
{
    size_t bytes = 0;
    for (size_t i = 0; i < words->count; i++) {
        if (str_empty(words->items[i].key))
            return error_set(err, ERROR_INVALID, 0, "%s: a name is empty", field);
        bytes += strlen(words->items[i].key) + strlen(str_or(words->items[i].value, ""));
    }
    return bytes > WORDS_MAX_BYTES ? error_set(err, ERROR_INVALID, 0, "%s: more than %u bytes", field, WORDS_MAX_BYTES) : 0;
}

static int check(const struct secret_wish *wish, struct error **err)
{
    if (check_name(str_or(wish->name, ""), err) < 0 || check_words("labels", &wish->labels, err) < 0 ||
        check_words("driveropts", &wish->options, err) < 0)
        return -1;
    if (wish->replace && wish->ignore)
        return error_set(err, ERROR_INVALID, 0, "ignore: cannot be combined with replace");
    if (wish->len < 1 || wish->len >= SECRET_MAX_BYTES)
        return error_set(err, ERROR_INVALID, 0, "data: secret data must be larger than 0 and less than %d bytes", SECRET_MAX_BYTES);
    return 0;
}

static struct str_map copy_words(struct arena *arena, const struct str_map *words)
{
    struct str_map copy = { 0 };
    for (size_t i = 0; i < words->count; i++)
        str_map_set(arena, &copy, words->items[i].key, str_or(words->items[i].value, ""));
    return copy;
}

static void choose_id(struct arena *arena, const struct secret_table *table, struct secret *secret)
{
    for (;;) {
        char random[ID_HEX_SIZE];
        autoerror *none = NULL;
        id_random(random);
        secret->id = arena_strndup(arena, random, ID_DIGITS);
        if (secret_table_find(table, secret->id, false, &none) < 0)
            return;
    }
}

struct creation {
    struct engine *engine;
    struct arena *arena;
    const struct secret_wish *wish;
    const struct secret_driver *driver;
    struct secret_table table;
    struct secret secret;
    const struct secret *replaced; /* NULL: none */
};

/* What is undone when a step fails; what cannot be undone now is finished by the next who looks. */
static int abandon(struct creation *creation)
{
    autoerror *left = NULL;
    const char *const ids[2] = { creation->secret.id, creation->replaced ? creation->replaced->id : NULL };
    if (creation->driver->forget(&creation->secret.options, creation->secret.id, &left) == 0 || left->kind == ERROR_NOT_FOUND) {
        error_clear(&left);
        change_end(creation->engine, ids, NULL, NULL, &left);
    }
    return -1;
}

static int write_table(struct creation *creation, long replaced, struct error **err)
{
    struct secret_table *table = &creation->table;
    long at = replaced >= 0 ? replaced : (long)table->count++;
    table->items[at] = (struct secret_row){ .secret = creation->secret };
    return secret_table_write(creation->engine, table, err);
}

/* The value first, then the name: what others see is whole. A replaced one goes in the same step. */
static int store(struct creation *creation, long at, struct error **err)
{
    struct secret replaced;
    if (at >= 0) {
        replaced = creation->table.items[at].secret;
        creation->replaced = &replaced;
        creation->secret.created_unix_ns = replaced.created_unix_ns;
        if (change_begin(creation->engine, &replaced, false, err) < 0)
            return -1;
    }
    if (change_begin(creation->engine, &creation->secret, false, err) < 0)
        return -1;
    if (creation->driver->store(&creation->secret.options, creation->secret.id, creation->wish->data, creation->wish->len, err) < 0 ||
        write_table(creation, at, err) < 0) {
        error_wrap(err, "creating secret %s", creation->wish->name);
        return abandon(creation);
    }
    if (at >= 0) {
        autoerror *left = NULL; /* nobody can name it any more */
        const struct secret_driver *driver = secret_driver_find(replaced.driver, &left);
        if ((!driver || driver->forget(&replaced.options, replaced.id, &left) < 0) && left->kind != ERROR_NOT_FOUND)
            log_warn("removing the replaced value of secret %s: %s", replaced.name, left->message);
    }
    const char *const ids[2] = { creation->secret.id, at >= 0 ? replaced.id : NULL };
    return change_end(creation->engine, ids, "create", &creation->secret, err);
}

static int create(struct creation *creation, const char **ret_id, struct error **err)
{
    const struct secret_wish *wish = creation->wish;
    autoerror *none = NULL;
    autofd lock = change_repair(creation->engine, true, err);
    if (lock < 0 || secret_table_read(creation->engine, creation->arena, true, &creation->table, err) < 0)
        return -1;
    long at = secret_table_find(&creation->table, wish->name, false, &none);
    if (at >= 0 && wish->ignore) {
        *ret_id = creation->table.items[at].secret.id;
        return 0;
    }
    if (at >= 0 && (!wish->replace || strcmp(creation->table.items[at].secret.name, wish->name)))
        return error_set_about(err, ERROR_CONFLICT, "secret", wish->name, "secret %s already exists", wish->name);
    choose_id(creation->arena, &creation->table, &creation->secret);
    *ret_id = creation->secret.id;
    return store(creation, at, err);
}

int secret_create(struct engine *engine, struct arena *arena, const struct secret_wish *wish, const char **ret_id,
                  struct error **err)
{
    int64_t now = clock_now();
    struct creation creation = {
        .engine = engine,
        .arena = arena,
        .wish = wish,
        .secret = {
            .name = wish->name,
            .driver = str_or(wish->driver, engine->config->secret_driver),
            .labels = copy_words(arena, &wish->labels),
            .options = copy_words(arena, wish->options.count ? &wish->options : &engine->config->secret_options),
            .created_unix_ns = now,
            .updated_unix_ns = now,
        },
    };
    if (check(wish, err) < 0)
        return -1;
    creation.driver = secret_driver_find(creation.secret.driver, err);
    if (!creation.driver || creation.driver->prepare(engine, arena, &creation.secret.options, err) < 0)
        return -1;
    return create(&creation, ret_id, err);
}
