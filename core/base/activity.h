#pragma once
/*
 * What the threads of this process are at, for whoever asks while everything else is stuck: entering and leaving take no
 * lock and never wait, nor does looking. Who finds no free place is not seen, that is all.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct activity;

#define ACTIVITY_TEXT 160

struct activity_seen {
    pid_t thread;
    int64_t since_unix_ns;
    const char *kind; /* static */
    char text[ACTIVITY_TEXT];
};

struct activity *activity_new(void); /* owned */
void activity_free(struct activity *activity);
/* A place, to be left by activity_leave(); -1 when there is none, or no @activity. @kind: static text; @text: copied, at
 * most @len bytes of it */
int activity_enter(struct activity *activity, const char *kind, const char *text, size_t len);
void activity_leave(struct activity *activity, int place);
/* How many are there now. @activity: NULL has none */
size_t activity_count(const struct activity *activity);
/* At most @room of those that are there now, in no order; returns how many. */
size_t activity_look(struct activity *activity, struct activity_seen *seen, size_t room);
