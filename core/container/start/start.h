#pragma once
/*
 * The parts of a start, in their order: what is prepared, then conmon and netavark side by side. Each works on one `struct
 * starting`, with the container's lock held. Private to core/container/start.
 *
 * Source of truth: process-stack.md §2, §3, §9; network.md.
 */
#include <pthread.h>
#include <stdbool.h>

#include "core/container/runtime/conmon.h"
#include "core/container/userns.h"
#include "core/network/network.h"
#include "core/oci/oci.h"

struct arena;
struct container;
struct engine;
struct error;

struct starting { /* borrows or is in the arena, but for plan and userns, which whoever made it closes */
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const char *bundle, *run_dir, *rootfs, *runtime;
    struct network_plan plan;
    struct oci_place place;
    struct userns userns;
    struct conmon_created created;
};

/* All that is fast, in the order in which each step needs the one before: namespaces, root, mounts, files, config.json. */
int start_prepare(struct starting *starting, struct error **err);
/* Addresses, ports and the network namespace. ERROR_CONFLICT, ERROR_UNAVAILABLE when what it wants is taken. */
int start_prepare_network(struct starting *starting, struct error **err);
/* The runtime's create, behind conmon: crun by preference; runc when crun refuses the machine (cgroup v1 without hugetlb),
 * remembered until the next boot. Fills in runtime and created. */
int start_create_process(struct starting *starting, struct error **err);

struct network_job {
    struct starting *starting;
    pthread_t thread;
    bool threaded;
    int rc;
    struct error *err;
};
/* Lets netavark set the network up meanwhile; every begin is followed by an end. */
void start_begin_network(struct network_job *job);
/* Waits for it. When *err is set already that error stays. */
int start_end_network(struct network_job *job, struct error **err);
