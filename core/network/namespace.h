#pragma once
/* Network namespaces as files: RUNROOT/coracle/netns/ID. Private to core/network. */
struct error;

/* Makes one with its loopback up, bound to @path; one that is there is kept. @of: descriptor of a namespace that is to be
 * bound there instead of a new one, or -1 */
int namespace_make(const char *path, int of, struct error **err);
void namespace_remove(const char *path); /* a missing one is fine */
