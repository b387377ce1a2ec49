#pragma once
/* Making one node of a tree and giving it what its tar member says. Private to core/archive. */
#include <stdbool.h>

#include "core/archive/unpack.h"

struct tar_member;

/* Says which member a system call failed for; what the archive brought about is ERROR_INVALID, the rest internal. */
int unpack_fail(const struct tar_member *member, int sys_errno, const char *doing, struct error **err);

/* Makes @base in @parent (never following it): a regular file open for writing, else a descriptor to name it by (O_PATH
 * for all but directories). -1 with errno; EEXIST when something is there, but not for directories. */
int unpack_make(int parent, const char *base, const struct tar_member *member);
/* Owner, mode, attributes and, but for directories, times. */
int unpack_dress(int fd, const struct tar_member *member, const struct unpack_options *options, struct error **err);
/* The mark of a directory that hides what lower layers have in it. */
int unpack_set_opaque(int directory, const struct unpack_options *options);
