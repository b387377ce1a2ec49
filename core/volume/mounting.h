#pragma once
/* Mounts of the local driver. Private to core/volume. */
struct arena;
struct error;
struct local_options;
struct volume;

/* By mount(8), which knows the helpers of network file systems; mounted already is fine. What mount says is in the error:
 *   ERROR_INVALID   it cannot be mounted so
 *   ERROR_INTERNAL  a server does not answer, or mount(8) is missing */
int mounting_mount(struct arena *arena, const struct volume *volume, const struct local_options *options,
                   struct error **err);
/* At once, whoever still has files open there. */
void mounting_unmount(const char *mountpoint);
