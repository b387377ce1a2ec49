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

struct lower {
    const char *home, *options;
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

static void *run_mount(void *context)
{
    struct lower *lower = context;
    lower->failure = mount_lower(lower) < 0 ? errno : 0;
    return NULL;
}

static int open_many(struct store *store, const char *chain, struct error **err)
{
    autofree char *options = mem_printf("lowerdir=%s%s", chain, store->user_namespace ? ",userxattr" : "");
    struct lower lower = { .home = store->home, .options = options, .root = -1 };
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
    return strchr(chain, ':') ? open_many(store, chain, err) : open_one(store, chain, err);
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
    return strchr(chain, ':') ? open_many(store, chain, err) : open_one(store, chain, err);
}
