#pragma once
/* What a client hears about a path that cannot be used. Private to core/container. */
struct container;
struct error;

/* Returns -1. */
int container_archive_fail(const struct container *ctr, const char *path, int sys_errno, struct error **err);
