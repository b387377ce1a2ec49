#pragma once
/*
 * The user namespace of a container: users and groups of its own, each standing for one of the host's.
 *
 * A start makes it before anything else and keeps it bound to RUNROOT/coracle/userns/ID, so that it can own the network
 * namespace, map the layers, and be joined by the runtime. What is on disk keeps the container's ids: the layers are mounted
 * through the mapping. Source of truth: user_namespaces(7), mount_setattr(2), process-stack.md §9.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct arena;
struct container;
struct container_spec;
struct engine;
struct error;

struct userns { /* of one start; descriptors are owned: userns_close() */
    const char *path; /* arena; NULL: the container has none of its own */
    int fd;           /* the namespace, -1 for none */
    int netns;        /* a network namespace that it owns, -1 for none */
};
#define USERNS_NONE ((struct userns){ .fd = -1, .netns = -1 })

/* What a specification says of it: ERROR_INVALID names the map and its value. */
int userns_check(const struct container_spec *spec, struct error **err);
/* Makes it, if the container is to have one; else *ret_userns is USERNS_NONE. */
int userns_make(struct engine *engine, struct arena *arena, const struct container *ctr, struct userns *ret_userns, struct error **err);
void userns_close(struct userns *userns);
/* @rootfs, where the container's own root may walk to it; borrowed or arena. */
int userns_show_root(struct engine *engine, struct arena *arena, const struct container *ctr, const char *rootfs, const char **ret_path,
                     struct error **err);
/* Files of the engine's in @dir become the container's root's; a missing one is fine. */
int userns_give_files(struct arena *arena, const struct container_spec *spec, const char *dir, struct error **err);
/* Takes away what userns_make() and userns_show_root() made; nothing there is fine. */
void userns_release(struct engine *engine, struct arena *arena, const char *id);
/* The host's id of a user or group of the container's: itself without a mapping, -1 where none stands for it. */
int64_t userns_host_uid(const struct container_spec *spec, int64_t uid);
int64_t userns_host_gid(const struct container_spec *spec, int64_t gid);
/* The reverse, of a file that a mount of its shows with the host's ids: nobody where it has none. @spec: a container_spec */
void userns_show_owner(const void *spec, uid_t *uid, gid_t *gid);
