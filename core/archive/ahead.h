#pragma once
/*
 * Reading ahead: a source that is worked through on a thread of its own while its reader is busy with what came before.
 * What is inflated on one processor is hashed and written on another. Memory is bounded (one megabyte); the thread
 * is started only after the first megabyte, so that small streams cost nothing.
 */
#include "core/base/sink.h"

struct ahead;

#define autoahead __attribute__((cleanup(ahead_cleanup)))

/* Owned. @from: borrowed, and read by the thread until the end or ahead_close(). */
struct ahead *ahead_open(const struct source *from);
/* Ends the thread; waits for a read of @from that is under way. */
void ahead_close(struct ahead *ahead);
struct source ahead_source(struct ahead *ahead);

static inline void ahead_cleanup(struct ahead **ahead)
{
    ahead_close(*ahead);
}
