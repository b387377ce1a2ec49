#include "server/caller.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "api/caller.h"
#include "core/base/error.h"
#include "core/base/mem.h"

/* An empty list has no memory. */
static int read_groups(int fd, struct caller *caller, struct error **err)
{
    socklen_t len = 0;
    gid_t *groups = NULL;
    while (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0) {
        if (errno != ERANGE) {
            free(groups);
            return error_set(err, ERROR_INTERNAL, errno, "asking for a client's groups");
        }
        groups = mem_regrow(groups, len / sizeof *groups, sizeof *groups);
    }
    caller->groups = groups;
    caller->group_count = len / sizeof *groups;
    return 0;
}

int caller_read(int fd, bool groups, struct caller *ret_caller, struct error **err)
{
    struct ucred cred;
    socklen_t len = sizeof cred;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "asking who a client is");
    ret_caller->pid = cred.pid;
    ret_caller->uid = cred.uid;
    ret_caller->gid = cred.gid;
    return groups ? read_groups(fd, ret_caller, err) : 0;
}

void caller_free(struct caller *caller)
{
    free((gid_t *)caller->groups);
}
