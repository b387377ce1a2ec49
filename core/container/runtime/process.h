#pragma once
/* Processes of containers, told apart from strangers that got the same number. Private to core. */
#include <stdbool.h>
#include <stdint.h>

/* Start time in clock ticks since boot (field 22 of /proc/PID/stat); 0 when there is no such process. */
int64_t process_start_time(int64_t pid);
/* Whether the process with that number is the one that started then. */
bool process_is(int64_t pid, int64_t start);
/* A pidfd of exactly that process, owned; -1 when it is gone. */
int process_open(int64_t pid, int64_t start);

/* Whether it is gone, or goes within @wait_ms: for who failed on one that may just have been ending. */
bool process_ends(int64_t pid, int64_t start, int wait_ms);

struct arena;
/* A name for one of the things this process is at, by which others can tell whether it still is. */
#define PROCESS_JOB_PREFIX "job-"
const char *process_job_name(struct arena *arena);
bool process_job_lives(const char *name);
