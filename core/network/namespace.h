#pragma once
/* Network namespaces as files: RUNROOT/coracle/netns/ID. Private to core/network. */
struct error;

/* Makes one with its loopback up, bound to @path; one that is there is kept. */
int namespace_make(const char *path, struct error **err);
void namespace_remove(const char *path); /* a missing one is fine */
