#pragma once
/* The database's tables, as a list of steps from one schema version to the next. Private to core/state. */
#include <stddef.h>

/* Step i takes version i to i + 1; a step that was released is never changed. */
extern const char *const state_migrations[];
extern const size_t state_migration_count;
