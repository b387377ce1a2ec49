#pragma once
/* The home of the layers as a user namespace sees it: owners on disk appear as what they stand for. Private to core/store. */
#include <sys/types.h>

struct error;
struct store;

struct mapped_home {
    char *path; /* owned */
    uid_t uid;  /* whom root on disk stands for */
    gid_t gid;
};
/* Mounts it below RUNROOT for the container @id. mapped_home_remove() in any case. ERROR_UNSUPPORTED names the file system */
int mapped_home_make(struct store *store, const char *id, int userns, struct mapped_home *ret_home, struct error **err);
void mapped_home_remove(struct mapped_home *home);
/* What a kill in the middle left of it for the container @id. */
void mapped_home_clear(struct store *store, const char *id);
/* This thread makes files as root of the mapping from now on, and keeps what it may do: the kernel works in the upper layer
 * as who mounted it. -1 with errno */
int mapped_home_act(const struct mapped_home *home);
