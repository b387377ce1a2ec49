#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/path.h"
#include "core/store/internal.h"

static char *join(const char *root, const char *format, va_list args)
{
    autofree char *rest = mem_vprintf(format, args);
    return mem_printf("%s/%s", root, rest);
}

char *store_path(const struct store *store, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *path = join(store->root, format, args);
    va_end(args);
    return path;
}

char *store_run_path(const struct store *store, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *path = join(store->runroot, format, args);
    va_end(args);
    return path;
}

/* The map of the initial user namespace covers every id there is. */
static bool in_user_namespace(void)
{
    autoerror *ignored = NULL;
    autofree char *map = path_read("/proc/self/uid_map", 4096, NULL, &ignored);
    unsigned long inside, outside, count;
    return map && (sscanf(map, "%lu %lu %lu", &inside, &outside, &count) != 3 || count != 4294967295);
}

struct store *store_open(const char *graphroot, const char *runroot, struct error **err)
{
    if (graphroot[0] != '/' || runroot[0] != '/') {
        error_set(err, ERROR_INVALID, 0, "store: root %s, runroot %s: expected absolute paths", graphroot, runroot);
        return NULL;
    }
    struct store *store = mem_zalloc(sizeof *store);
    store->root = mem_strdup(graphroot);
    store->runroot = mem_strdup(runroot);
    store->home = store_path(store, "overlay");
    store->user_namespace = in_user_namespace();
    store->lock_paths[LOCK_LAYERS] = store_path(store, "overlay-layers/layers.lock");
    store->lock_paths[LOCK_IMAGES] = store_path(store, "overlay-images/images.lock");
    store->lock_paths[LOCK_CONTAINERS] = store_path(store, "overlay-containers/containers.lock");
    store->lock_paths[LOCK_MOUNTS] = store_run_path(store, "overlay-layers/mountpoints.lock");
    const struct {
        struct document *document;
        char *path;
        enum store_lock lock;
        bool durable;
        void *(*decode)(const char *text, size_t len, struct error **err);
    } documents[] = {
        { &store->layers, store_path(store, "overlay-layers/layers.json"), LOCK_LAYERS, true, value_layer },
        { &store->volatile_layers, store_path(store, "overlay-layers/volatile-layers.json"), LOCK_LAYERS, false,
          value_layer },
        { &store->images, store_path(store, "overlay-images/images.json"), LOCK_IMAGES, true, value_image },
        { &store->containers, store_path(store, "overlay-containers/containers.json"), LOCK_CONTAINERS, true,
          value_container },
        { &store->volatile_containers, store_path(store, "overlay-containers/volatile-containers.json"),
          LOCK_CONTAINERS, false, value_container },
        { &store->mounts, store_run_path(store, "overlay-layers/mountpoints.json"), LOCK_MOUNTS, false, value_mount },
    };
    for (size_t i = 0; i < sizeof documents / sizeof *documents; i++)
        document_init(documents[i].document, store, documents[i].path, documents[i].lock, documents[i].durable,
                      documents[i].decode);
    return store;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    document_fini(&store->layers);
    document_fini(&store->volatile_layers);
    document_fini(&store->images);
    document_fini(&store->containers);
    document_fini(&store->volatile_containers);
    document_fini(&store->mounts);
    for (size_t i = 0; i < sizeof store->lock_paths / sizeof *store->lock_paths; i++)
        free(store->lock_paths[i]);
    free(store->home);
    free(store->root);
    free(store->runroot);
    free(store);
}

int store_prepare(struct store *store, struct error **err)
{
    if (atomic_load(&store->prepared) && path_exists(store->home)) /* `podman system reset` takes all of it away */
        return 0;
    static const char *const below_root[] = { "overlay/l", "overlay-layers", "overlay-images", "overlay-containers",
                                              "coracle/staging" };
    static const char *const below_runroot[] = { "overlay-layers", "overlay-containers", "coracle/mounts" };
    for (size_t i = 0; i < sizeof below_root / sizeof *below_root; i++) {
        autofree char *path = store_path(store, "%s", below_root[i]);
        if (path_mkdirs(path, 0700, err) < 0)
            return -1;
    }
    for (size_t i = 0; i < sizeof below_runroot / sizeof *below_runroot; i++) {
        autofree char *path = store_run_path(store, "%s", below_runroot[i]);
        if (path_mkdirs(path, 0700, err) < 0)
            return -1;
    }
    atomic_store(&store->prepared, true);
    return 0;
}

int store_check_id(const char *id, const char *what, struct error **err)
{
    if (id && strlen(id) == 64 && str_is_hex(id))
        return 0;
    return error_set(err, ERROR_INVALID, 0, "store: %s id %s, expected 64 hex digits", what, id ? id : "missing");
}
