/* The layers below a container's own, as one read-only tree. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/base/fd.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/mapped.h"

struct lower {
    const char *home, *options;
    const char *target; /* where it is to be seen; NULL: nowhere */
    int root;
    int failure; /* errno */
};

/* In a mount namespace that ends with the thread: the tree lives on by its descriptor alone, and nothing is left of a
 * killed process. Relative paths, of which many fit into the one page of options. */
static int mount_lower(struct lower *lower)
{
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || chdir(lower->home) < 0)
        return -1;
    if (mount("overlay", lower->home, "overlay", MS_RDONLY, lower->options) < 0)
        return -1;
    lower->root = open(lower->home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return lower->root < 0 ? -1 : 0;
}

/* A working directory of its own for this thread. */
static int mount_at(const struct lower *lower)
{
    if (unshare(CLONE_FS) < 0 || chdir(lower->home) < 0)
        return -1;
    return mount("overlay", lower->target, "overlay", MS_RDONLY, lower->options);
}

static void *run_mount(void *context)
{
    struct lower *lower = context;
    int rc = lower->target ? mount_at(lower) : mount_lower(lower);
    lower->failure = rc < 0 ? errno : 0;
    return NULL;
}

/* @target: NULL for a descriptor of what is seen nowhere; else 0 is returned */
static int mount_many(struct store *store, const char *home, const char *chain, const char *target, struct error **err)
{
    autofree char *options = mem_printf("lowerdir=%s%s", chain, store->user_namespace ? ",userxattr" : "");
    struct lower lower = { .home = home, .options = options, .target = target, .root = target ? 0 : -1 };
    pthread_t thread;
    if (strlen(options) >= (size_t)sysconf(_SC_PAGESIZE) - 1)
        return error_set(err, ERROR_UNSUPPORTED, 0, "more layers than fit into one mount");
    lower.failure = pthread_create(&thread, NULL, run_mount, &lower);
    if (!lower.failure)
        pthread_join(thread, NULL);
    return lower.failure ? error_set(err, ERROR_INTERNAL, lower.failure, "mounting the layers %s", chain) : lower.root;
}

static int open_one(struct store *store, const char *path, struct error **err)
{
    autofree char *whole = mem_printf("%s/%s", store->home, path);
    int fd = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 ? error_set(err, ERROR_INTERNAL, errno, "opening %s", whole) : fd;
}

int store_open_layers(struct store *store, const char *layer, struct error **err)
{
    autofree char *chain = layer_chain(store, layer, err);
    if (!chain)
        return -1;
    return strchr(chain, ':') ? mount_many(store, store->home, chain, NULL, err) : open_one(store, chain, err);
}

/* One layer alone is no overlay. */
static int bind_one(const char *home, const char *chain, const char *target, struct error **err)
{
    autofree char *from = mem_printf("%s/%s", home, chain);
    if (mount(from, target, NULL, MS_BIND, NULL) < 0 || mount(NULL, target, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "mounting %s at %s", from, target);
    return 0;
}

int store_mount_layers(struct store *store, const char *layer, const char *id, int userns, const char *target, struct error **err)
{
    struct mapped_home mapped = { 0 };
    autofree char *chain = layer_chain(store, layer, err);
    if (!chain || (userns >= 0 && mapped_home_make(store, id, userns, &mapped, err) < 0)) {
        mapped_home_remove(&mapped);
        return -1;
    }
    const char *home = mapped.path ? mapped.path : store->home;
    int rc = strchr(chain, ':') ? mount_many(store, home, chain, target, err) : bind_one(home, chain, target, err);
    mapped_home_remove(&mapped); /* the mount has its own hold on it */
    return rc;
}

int store_open_lower(struct store *store, const char *id, struct error **err)
{
    autofree char *layer = container_layer(store, id, err);
    if (!layer)
        return -1;
    autofree char *path = mem_printf("%s/%s/lower", store->home, layer);
    autoerror *none = NULL;
    autofree char *chain = path_read(path, 64 * 1024, NULL, &none);
    if (!chain) {
        autofree char *empty = mem_printf("%s/empty", layer);
        return open_one(store, empty, err);
    }
    return strchr(chain, ':') ? mount_many(store, store->home, chain, NULL, err) : open_one(store, chain, err);
}
