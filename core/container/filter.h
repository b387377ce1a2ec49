#pragma once
/* Whether a container passes filters. Private to core/container. */
#include <stdbool.h>

struct container;
struct container_filters;

/* @since, @before: creation times of the containers those filters name; 0: no bound */
bool container_matches(const struct container_filters *filters, const struct container *ctr, long long since, long long before);
