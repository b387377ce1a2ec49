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
struct buf;
struct container;
struct engine;
struct error;

#define MAX_RUN_BYTES (1u << 20)

struct starting { /* borrows or is in the arena, but for plan and userns: start_close() */
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const char *bundle, *run_dir, *rootfs, *runtime;
    struct network_plan plan;
    struct oci_place place;
    struct userns userns;
    struct conmon_created created;
};

void start_open(struct starting *ret_starting, struct engine *engine, struct arena *arena, const struct container *ctr);
void start_close(struct starting *starting);
/* The intent, before anything is done: repair undoes what it finds behind it. */
int start_intend(struct starting *starting, struct error **err);
/* Everything up to the container that the runtime has created and that only has to be started; the row says the intent. */
int start_create(struct starting *starting, struct error **err);
/* What there is now, for the column run. */
void start_describe_run(const struct starting *starting, struct buf *ret_text);
/* Of one that is closed: takes down what there is. The row goes back to what it was, with why in it and docker's codes for a
 * command that is missing or cannot run. */
void start_undo(struct starting *starting, const struct error *why);

/* The parts of start_create() follow. All that is fast, in the order in which each step needs the one before: namespaces, root, mounts, files, config.json. */
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
