#include "core/network/namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"

#ifndef NSFS_MAGIC
#define NSFS_MAGIC 0x6e736673
#endif

static int raise_loopback(void)
{
    struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
    autofd fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    return fd < 0 ? -1 : ioctl(fd, SIOCSIFFLAGS, &request);
}

struct making {
    const char *path;
    int of; /* descriptor of one that is there, or -1 */
    int sys_errno;
};

/* unshare and setns change this thread alone; the namespace lives on in the bind mount. */
static void *make(void *context)
{
    struct making *making = context;
    if ((making->of < 0 ? unshare(CLONE_NEWNET) : setns(making->of, CLONE_NEWNET)) < 0 || raise_loopback() < 0 || mount("/proc/thread-self/ns/net", making->path, NULL, MS_BIND, NULL) < 0)
        making->sys_errno = errno;
    return NULL;
}

static int is_bound(const char *path)
{
    struct statfs fs;
    return statfs(path, &fs) == 0 && fs.f_type == NSFS_MAGIC;
}

int namespace_make(const char *path, int of, struct error **err)
{
    struct making making = { .path = path, .of = of };
    pthread_t thread;
    if (is_bound(path))
        return 0;
    autofd file = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0400);
    if (file < 0)
        return error_set(err, ERROR_INTERNAL, errno, "creating %s", path);
    int rc = pthread_create(&thread, NULL, make, &making);
    if (rc)
        return error_set(err, ERROR_INTERNAL, rc, "starting a thread");
    pthread_join(thread, NULL);
    if (making.sys_errno)
        return error_set(err, ERROR_INTERNAL, making.sys_errno, "making the network namespace %s", path);
    return 0;
}

void namespace_remove(const char *path)
{
    while (is_bound(path) && umount2(path, MNT_DETACH) == 0)
        ;
    unlink(path);
}
