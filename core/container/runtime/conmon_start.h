#pragma once
/* What creating a container and creating an exec session have in common: conmon's pipes and arguments. Private to
 * core/container. */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/str.h"

struct arena;
struct conmon_sync;
struct error;

#define CONMON_TIMEOUT_MS 240000
#define CONMON_CGROUP "/coracle/conmon" /* of all that outlives the server */

struct conmon_start {
    struct str_list argv;  /* NULL at the end */
    const char *dir;       /* working directory: the bundle, where conmon drops its "oom" file */
    const char *log_dir;   /* gets conmon.log; has oci-log */
    const char *cgroup;    /* conmon is moved to; NULL: stays */
    const int *extra_fds;
    size_t extra_fd_count;
    bool attach;           /* with an attach pipe */
};
struct conmon_pipes { /* owned: conmon_pipes_close() */
    int sync, start, attach;
};
/* Starts conmon and returns once it went into the background. */
int conmon_start(struct arena *arena, const struct conmon_start *what, struct conmon_pipes *ret_pipes,
                 struct error **err);
void conmon_pipes_close(struct conmon_pipes *pipes);
/* One message; *ret_message is NULL when conmon closed the pipe. */
int conmon_receive(struct arena *arena, int pipe, int timeout_ms, struct conmon_sync **ret_message, struct error **err);
/* Sets the error for a failed create or exec from all that was written about it. @message: may be NULL. Returns -1. */
int conmon_failure(struct arena *arena, const char *verb, const char *log_dir, const struct conmon_sync *message,
                   bool *ret_refused, struct error **err);
void conmon_place(pid_t pid, const char *cgroup);

void conmon_add_runtime(struct arena *arena, struct str_list *argv, const char *runtime, const char *log_dir);
void conmon_add_exit_command(struct arena *arena, struct str_list *argv, const char *const *command);
