#pragma once
/* For core/container/usage/stats.c and its test alone. */
#include "core/container/usage/files.h"

struct container_stats;

/* All but the network and what container_usage() tells. */
void stats_read(struct arena *arena, const struct usage_files *files, struct container_stats *ret_stats);
