#pragma once
/* The lines of Docker's progress streams: what a pull tells, and how a failure ends one that began. */
#include <stdbool.h>
#include <stdint.h>

struct arena;
struct call;
struct error;
struct pull_progress;

struct docker_pull {
    struct call *call;
    bool several; /* one of all tags: docker_send_status() ends them */
    bool updated; /* anything was new */
};
/* For pull_options.progress; @context is a struct docker_pull. */
int docker_send_pull(void *context, const struct pull_progress *progress, struct error **err);
/* "Status: Image is up to date for x" */
int docker_send_status(const struct docker_pull *pull, const char *reference, struct error **err);
/* The last line of a stream. A client that left is no news to it: *err is set then. */
int docker_send_error(struct call *call, const struct error *failure, struct error **err);
/* "[====>      ]  36.45kB/1.069MB", as clients show it that do not draw themselves. */
const char *docker_progress_bar(struct arena *arena, int64_t current, int64_t total);
