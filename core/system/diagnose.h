#pragma once
/*
 * What this process is doing and who holds what: from /proc, from the lock files and from core/base/activity.h. Waits for
 * nothing: takes no lock, opens no database, starts nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct engine;
struct activity_seen;

struct diagnosed_lock {
    const char *path;
    bool held, shared;
    int64_t pid;          /* who held it last, where the file says so; 0 */
    const char *purpose;  /* "" */
    const char *since;    /* RFC 3339; "" */
};
struct diagnosed_task { /* a thread of ours, or a child */
    int64_t id;
    const char *name, *state, *waits_in; /* state: one letter, as in proc(5); the kernel's function or "" */
    const char *command;                 /* children: the whole line */
    int64_t age_ms;
};
struct diagnosis { /* arena */
    struct activity_seen *calls;
    size_t call_count;
    struct diagnosed_lock *locks; /* those of the store and of networks, then those of objects; free ones too where the file is there */
    size_t lock_count;
    struct diagnosed_task *threads, *children;
    size_t thread_count, child_count;
    bool database_busy; /* a thread of this process is at it */
};
void system_diagnose(struct engine *engine, struct arena *arena, struct diagnosis *ret_diagnosis);
