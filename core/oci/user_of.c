#include <errno.h>
#include <fcntl.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/oci/oci.h"
#include "core/oci/user.h"

int oci_user(struct arena *arena, const struct container *ctr, const char *rootfs, int64_t *ret_uid, int64_t *ret_gid,
             struct error **err)
{
    struct user user;
    autofd root = open(rootfs, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", rootfs);
    if (user_find(arena, root, ctr->user, &ctr->spec->groups, &user, err) < 0)
        return -1;
    *ret_uid = user.uid;
    *ret_gid = user.gid;
    return 0;
}
