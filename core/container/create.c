#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/id.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/container/health/health.h"
#include "core/container/lock.h"
#include "core/container/merge.h"
#include "core/container/name.h"
#include "core/container/repair.h"
#include "core/container/required.h"
#include "core/container/row.h"
#include "core/container/rules/rules.h"
#include "core/container/secrets.h"
#include "core/container/userns.h"
#include "core/container/userns_auto.h"
#include "core/container/volumes.h"
#include "core/engine.h"
#include "core/image/image.h"
#include "core/network/network.h"
#include "core/oci/oci.h"
#include "core/store/store.h"
#include "core/volume/volume.h"

#define MAX_SPEC_BYTES (8u << 20)
#define MAX_NAME_ATTEMPTS 8

struct creation {
    struct engine *engine;
    struct arena *arena;
    struct container ctr; /* being put together; for oci_check() */
    struct container_spec spec;
    struct container_effective effective;
    struct buf spec_text, effective_text;
};

static bool is_one_of(const char *const *words, const char *word)
{
    while (*words && strcmp(*words, word))
        words++;
    return *words != NULL;
}

static int check_root(const struct container_spec *spec, struct error **err)
{
    struct stat st;
    if (str_empty(spec->rootfs))
        return spec->rootfs_overlay ? error_set(err, ERROR_INVALID, 0, "rootfs_overlay: expected a rootfs with it") : 0;
    if (!str_empty(spec->image))
        return error_set(err, ERROR_INVALID, 0, "rootfs: \"%s\" beside the image \"%s\", expected one of them", spec->rootfs, spec->image);
    if (*spec->rootfs != '/')
        return error_set(err, ERROR_INVALID, 0, "rootfs: \"%s\" is not an absolute path", spec->rootfs);
    if (stat(spec->rootfs, &st) < 0)
        return error_set(err, ERROR_INVALID, errno, "rootfs: %s", spec->rootfs);
    return S_ISDIR(st.st_mode) ? 0 : error_set(err, ERROR_INVALID, 0, "rootfs: \"%s\" is not a directory", spec->rootfs);
}

static int check_words(const struct container_spec *spec, struct error **err)
{
    static const char *const drivers[] = { "k8s-file", "json-file", "local", "none", NULL };
    static const char *const policies[] = { "no", "always", "unless-stopped", "on-failure", NULL };
    const char *driver = str_or(spec->log_driver, "k8s-file"), *policy = str_or(spec->restart_policy, "no");
    if (!is_one_of(policies, policy))
        return error_set(err, ERROR_INVALID, 0,
                         "restartPolicy: \"%s\" is not known: expected no, always, unless-stopped or on-failure", policy);
    if (!is_one_of(drivers, driver))
        return error_set(err, ERROR_INVALID, 0, "logDriver: \"%s\" is not supported: expected k8s-file, json-file, local or none", driver);
    if (spec->auto_remove && strcmp(policy, "no"))
        return error_set(err, ERROR_INVALID, 0, "can't create 'AutoRemove' container with restart policy");
    if (!str_empty(spec->runtime) && strcmp(spec->runtime, "crun") && strcmp(spec->runtime, "runc") && strcmp(spec->runtime, "oci"))
        return error_set(err, ERROR_INVALID, 0, "runtime: \"%s\" is not known: expected crun or runc", spec->runtime);
    if (!str_empty(spec->stop_signal) && oci_signal(spec->stop_signal) < 0)
        return error_set(err, ERROR_INVALID, 0, "stopSignal: \"%s\" is not a signal", spec->stop_signal);
    if (userns_check(spec, err) < 0)
        return -1;
    return check_root(spec, err);
}

/* Fills what checks look at; the row is read back as a snapshot afterwards. */
static void describe(struct creation *creation, const struct image *image)
{
    struct container *ctr = &creation->ctr;
    ctr->spec = &creation->spec;
    ctr->image_id = image->id;
    ctr->entrypoint = creation->effective.entrypoint;
    ctr->command = creation->effective.command;
    ctr->env = creation->effective.env;
    ctr->workdir = creation->effective.workdir;
    ctr->user = str_or(creation->effective.user, "");
    ctr->stop_signal = creation->effective.stop_signal;
    ctr->labels = creation->effective.labels;
    ctr->mounts.items = creation->effective.mounts.items;
    ctr->mounts.count = creation->effective.mounts.count;
    ctr->volume_names = creation->effective.volume_names;
    ctr->netns_path = ctr->mountpoint = ctr->runtime = ctr->error = "";
}

/* The intent: from here on the name is taken, and what a crash leaves is found by this row. -2: the name is in use */
static int insert_row(struct creation *creation, const struct image *image, const char *image_name, struct error **err)
{
    struct container *ctr = &creation->ctr;
    int rc = row_change(creation->engine, ctr, NULL, NULL, err,
                        "INSERT INTO containers (id, name, rev, state, created, image_id, image_name, spec, effective)"
                        " VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6, ?7, ?8)",
                        "ssiissss", ctr->id, ctr->name, (int64_t)CONTAINER_CREATING, clock_now(), image->id, image_name,
                        buf_text(&creation->spec_text), buf_text(&creation->effective_text));
    return rc < 0 && strstr((*err)->message, "UNIQUE") ? -2 : rc;
}

static int take_name(struct creation *creation, const struct image *image, const char *image_name, struct error **err)
{
    bool given = !str_empty(creation->spec.name);
    for (unsigned attempt = 0; attempt < MAX_NAME_ATTEMPTS; attempt++) {
        creation->ctr.name = given ? creation->spec.name : container_random_name(creation->arena, attempt);
        int rc = insert_row(creation, image, image_name, err);
        if (rc != -2)
            return rc;
        if (given)
            return container_name_in_use(creation->engine, creation->ctr.name, err);
        error_clear(err);
    }
    return error_set(err, ERROR_INTERNAL, 0, "found no free name for the container");
}

/* From the intent to the container; undone by the caller when it fails. */
static int complete(struct creation *creation, const struct image *image, const char *image_name, struct error **err)
{
    struct container *ctr = &creation->ctr;
    if (store_create_container(creation->engine->store, ctr->id, ctr->name, image->id, image_name, err) < 0 ||
        container_copy_secrets(creation->engine, creation->arena, ctr->id, &creation->spec, err) < 0 ||
        container_make_volumes(creation->engine, creation->arena, &creation->effective, ctr->id, err) < 0)
        return -1;
    return row_change(creation->engine, ctr, "create", NULL, err, "UPDATE containers SET state = ?1, rev = rev + 1 WHERE id = ?2", "is",
                      (int64_t)CONTAINER_CREATED, ctr->id);
}

static int write_texts(struct creation *creation, struct error **err)
{
    const char *driver = str_or(creation->spec.log_driver, "k8s-file");
    if (strcmp(driver, "none"))
        creation->effective.log_path = arena_printf(creation->arena, "%s/ctr.log", store_container_dir(creation->engine->store, creation->arena, creation->ctr.id));
    schema_encode(&creation->spec_text, container_spec_schema(), &creation->spec, SCHEMA_NEWEST);
    schema_encode(&creation->effective_text, container_effective_schema(), &creation->effective, SCHEMA_NEWEST);
    if (creation->spec_text.full || creation->effective_text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "the container's specification is larger than %u bytes", MAX_SPEC_BYTES);
    return 0;
}

/* A name the image has, full. For an id podman shows the first name, Docker the id: empty. */
static const char *name_of_image(struct arena *arena, const struct image *image, const char *asked, bool docker)
{
    for (size_t i = 0; i < image->names.count; i++)
        if (!strcmp(image->names.items[i], asked) || !strcmp(image_familiar(arena, image->names.items[i]), asked))
            return image->names.items[i];
    bool by_id = str_is_hex(asked) || str_starts(asked, "sha256:");
    return image->names.count && !(docker && by_id) ? image->names.items[0] : "";
}

static struct container *create(struct creation *creation, struct str_list *ret_warnings, struct error **err)
{
    struct engine *engine = creation->engine;
    bool docker = str_eq(creation->spec.cap_defaults, "docker");
    static const struct image none = { .id = "" };
    const struct image *image = str_empty(creation->spec.rootfs) ? image_find(engine, creation->arena, creation->spec.image, docker, err) : &none;
    struct str_list warnings = { 0 };
    if (!image || container_merge(creation->arena, &creation->spec, image, &creation->effective, err) < 0)
        return NULL;
    autofd range = -1; /* held until others see that it is in use */
    if (creation->spec.userns_auto && (range = userns_choose(engine, creation->arena, &creation->spec, image, err)) < 0)
        return NULL;
    describe(creation, image);
    if (container_check_health(&creation->spec, err) < 0 || required_resolve(engine, creation->arena, &creation->spec, err) < 0 ||
        network_check(engine, creation->arena, &creation->spec, err) < 0 || oci_check(engine, creation->arena, &creation->ctr, &warnings, err) < 0 ||
        container_resolve_mounts(engine, creation->arena, &creation->spec, image, &creation->effective, err) < 0 ||
        container_resolve_secrets(engine, creation->arena, &creation->spec, &creation->effective, err) < 0)
        return NULL;
    id_random(creation->ctr.id);
    const char *image_name = image == &none ? "" : name_of_image(creation->arena, image, creation->spec.image, docker);
    if (write_texts(creation, err) < 0)
        return NULL;
    autofd lock = container_lock(engine, creation->ctr.id, "create", err);
    if (lock < 0)
        return NULL;
    if (take_name(creation, image, image_name, err) < 0) {
        container_lock_remove(engine, creation->ctr.id);
        return NULL;
    }
    if (complete(creation, image, image_name, err) < 0) {
        container_discard(engine, creation->ctr.id);
        return NULL;
    }
    if (ret_warnings)
        *ret_warnings = warnings;
    return row_get(engine, creation->ctr.id, err);
}

struct container *container_create(struct engine *engine, const struct container_spec *spec, const struct container_rules *rules,
                                   struct arena *arena, struct str_list *ret_warnings, struct error **err)
{
    struct creation creation = {
        .engine = engine,
        .arena = arena,
        .spec = *spec,
        .spec_text = BUF(MAX_SPEC_BYTES),
        .effective_text = BUF(MAX_SPEC_BYTES),
    };
    if (!str_empty(spec->name) && *spec->name == '/')
        creation.spec.name = spec->name + 1;
    if (!str_empty(creation.spec.name) && str_check_name(creation.spec.name, "name", err) < 0)
        return NULL;
    if (check_words(spec, err) < 0 || container_repair_all(engine, err) < 0)
        return NULL;
    if (rules && container_rules_admit(engine, arena, rules, &creation.spec, err) < 0)
        return NULL;
    struct container *ctr = create(&creation, ret_warnings, err);
    buf_free(&creation.spec_text);
    buf_free(&creation.effective_text);
    return ctr;
}
