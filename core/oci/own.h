#pragma once
/* Option U of a mount: its source is handed to the container's user. Private to core/oci. */
#include <stdint.h>

struct error;

/* Changes owner and group of a tree on the host; symlinks themselves, never what they point to, and not across mount
 * points. ERROR_INVALID for directories of the system, which a slip of the pen must not give away. */
int own_tree(const char *path, int64_t uid, int64_t gid, struct error **err);
