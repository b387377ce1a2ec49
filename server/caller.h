#pragma once
/* Who made a connection, by the kernel's word. */
#include <stdbool.h>

struct caller;
struct error;

/* Fills pid, uid and gid, and with @groups the supplementary groups, in memory that caller_free() releases. */
int caller_read(int fd, bool groups, struct caller *ret_caller, struct error **err);
void caller_free(struct caller *caller);
