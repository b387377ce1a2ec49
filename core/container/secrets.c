#include "core/container/secrets.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/container/userns.h"
#include "core/engine.h"
#include "core/secret/secret.h"
#include "core/store/store.h"

#define SECRETS_PLACE "/run/secrets"
#define ID_LARGEST 4294967294 /* the one behind it is -1: none */

/* ---- at create ---- */

static int check_numbers(const struct container_secret *secret, struct error **err)
{
    const struct {
        const char *field;
        int64_t value, largest;
    } numbers[] = { { "UID", secret->uid, ID_LARGEST }, { "GID", secret->gid, ID_LARGEST }, { "Mode", secret->mode, 07777 } };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i].value < 0 || numbers[i].value > numbers[i].largest)
            return error_set(err, ERROR_INVALID, 0, "secrets: %s of %s: %lld is outside 0 to %lld", numbers[i].field, secret->name,
                             (long long)numbers[i].value, (long long)numbers[i].largest);
    return 0;
}

/* Relative ones are below /run/secrets, and stay there. */
static const char *find_target(struct arena *arena, const struct container_secret *secret, struct error **err)
{
    const char *asked = str_or(secret->target, secret->name);
    const char *whole = path_clean(arena, *asked == '/' ? asked : arena_printf(arena, SECRETS_PLACE "/%s", asked));
    bool below = str_starts(whole, SECRETS_PLACE "/");
    if (strcmp(whole, "/") && strcmp(whole, SECRETS_PLACE) && (below || *asked == '/'))
        return whole;
    error_set(err, ERROR_INVALID, 0, "secrets: Target of %s: \"%s\" is not a file below %s nor an absolute path of one", secret->name,
              asked, SECRETS_PLACE);
    return NULL;
}

static int check_free(const struct container_spec *spec, size_t count, const struct container_effective *effective,
                      const char *target, struct error **err)
{
    for (size_t i = 0; i < effective->mounts.count; i++)
        if (!strcmp(effective->mounts.items[i].target, target))
            return error_set(err, ERROR_INVALID, 0, "Duplicate mount point: %s", target);
    for (size_t i = 0; i < count; i++)
        if (!strcmp(spec->secrets.items[i].target, target))
            return error_set(err, ERROR_INVALID, 0, "secrets: two have the Target %s", target);
    return 0;
}

static int resolve_file(struct engine *engine, struct arena *arena, struct container_spec *spec, size_t i,
                        const struct container_effective *effective, struct error **err)
{
    struct container_secret *used = &spec->secrets.items[i];
    struct secret secret;
    if (secret_find(engine, arena, used->name, &secret, err) < 0)
        return -1;
    used->name = secret.name;
    used->id = secret.id;
    used->target = find_target(arena, used, err);
    if (!used->target || check_numbers(used, err) < 0)
        return -1;
    return check_free(spec, i, effective, used->target, err);
}

static int resolve_variable(struct engine *engine, struct arena *arena, struct str_pair *pair, struct error **err)
{
    struct secret secret;
    if (str_empty(pair->key) || strchr(pair->key, '='))
        return error_set(err, ERROR_INVALID, 0, "secret_env: \"%s\" is not the name of a variable", str_or(pair->key, ""));
    if (secret_find(engine, arena, str_or(pair->value, ""), &secret, err) < 0)
        return -1;
    pair->value = secret.name;
    return 0;
}

int container_resolve_secrets(struct engine *engine, struct arena *arena, struct container_spec *spec,
                              const struct container_effective *effective, struct error **err)
{
    for (size_t i = 0; i < spec->secrets.count; i++)
        if (resolve_file(engine, arena, spec, i, effective, err) < 0)
            return -1;
    for (size_t i = 0; i < spec->secret_env.count; i++)
        if (resolve_variable(engine, arena, &spec->secret_env.items[i], err) < 0)
            return -1;
    return 0;
}

const char *container_secrets_dir(struct engine *engine, struct arena *arena, const char *id)
{
    return arena_printf(arena, "%s/secrets", store_container_dir(engine->store, arena, id));
}

static int write_copy(const char *path, const struct container_spec *spec, const struct container_secret *used, const char *data, size_t len,
                      struct error **err)
{
    autofd fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0 || fd_write_all_raw(fd, data, len) < 0 || fchown(fd, (uid_t)userns_host_uid(spec, used->uid), (gid_t)userns_host_gid(spec, used->gid)) < 0 ||
        fchmod(fd, (mode_t)used->mode) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "writing the container's copy of secret %s", used->name);
    return 0;
}

int container_copy_secrets(struct engine *engine, struct arena *arena, const char *id, const struct container_spec *spec,
                           struct error **err)
{
    const char *dir = container_secrets_dir(engine, arena, id);
    if (!spec->secrets.count)
        return 0;
    if (path_mkdirs(dir, 0700, err) < 0)
        return -1;
    for (size_t i = 0; i < spec->secrets.count; i++) {
        autoarena *brief = arena_new(); /* has the value */
        struct secret secret;
        const char *data;
        size_t len;
        if (secret_load(engine, brief, spec->secrets.items[i].id, &secret, &data, &len, err) < 0 ||
            write_copy(arena_printf(arena, "%s/%zu", dir, i), spec, &spec->secrets.items[i], data, len, err) < 0)
            return -1;
    }
    return 0;
}

/* ---- at start and exec ---- */

int container_secret_env(struct engine *engine, struct arena *arena, const struct container_spec *spec, struct str_list *env,
                         struct error **err)
{
    for (size_t i = 0; i < spec->secret_env.count; i++) {
        const struct str_pair *pair = &spec->secret_env.items[i];
        autoerror *failure = NULL;
        struct secret secret;
        const char *data;
        size_t len;
        int rc = secret_load(engine, arena, pair->value, &secret, &data, &len, &failure);
        if (rc < 0 && failure->kind == ERROR_NOT_FOUND)
            return error_set(err, ERROR_CONFLICT, 0, "secret_env: %s: no secret with name or id \"%s\": no such secret", pair->key, pair->value);
        if (rc < 0)
            return error_set(err, failure->kind, 0, "secret_env: %s: %s", pair->key, failure->message);
        if (strlen(data) < len)
            return error_set(err, ERROR_CONFLICT, 0, "secret_env: %s: secret %s has a zero byte, which no variable can hold", pair->key,
                             secret.name);
        str_list_add(arena, env, arena_printf(arena, "%s=%s", pair->key, data));
    }
    return 0;
}

static const char *private_dir(struct engine *engine, struct arena *arena, const char *id)
{
    return arena_printf(arena, "%s/private", store_container_run_dir(engine->store, arena, id));
}

int container_write_private(struct engine *engine, struct arena *arena, const struct container *ctr, const char *dir,
                            const char *name, const void *data, size_t len, struct error **err)
{
    const char *shown = arena_printf(arena, "%s/%s", dir, name);
    if (!ctr->spec->secret_env.count)
        return path_write_inplace(shown, data, len, 0600, err);
    const char *real_dir = private_dir(engine, arena, ctr->id);
    const char *real = arena_printf(arena, "%s/%s-%s", real_dir, path_base(dir), name);
    if (path_mkdirs(real_dir, 0700, err) < 0 || path_write_inplace(real, data, len, 0600, err) < 0)
        return -1;
    if ((unlink(shown) < 0 && errno != ENOENT) || symlink(real, shown) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "linking %s", shown);
    return 0;
}

void container_forget_private(struct engine *engine, const char *id, const char *name)
{
    autoarena *arena = arena_new();
    autoerror *err = NULL;
    const char *dir = private_dir(engine, arena, id);
    if (name)
        unlink(arena_printf(arena, "%s/%s", dir, name));
    else if (path_remove_tree(dir, &err) < 0)
        log_warn("container %s: %s", id, err->message);
}
