#pragma once
/* The query of a URL as names and values. */
#include "core/base/str.h"

struct arena;
struct error;

#define QUERY_MAX_PAIRS 512

/* Decoded pairs in order, repeated ones too; a name without '=' has the value "". -1 with ERROR_INVALID. Arena. */
int query_parse(struct arena *arena, const char *query, struct str_map *ret_pairs, struct error **err);
