#pragma once
/* Helper programs and what they call themselves. Private to core/system. */
struct arena;
struct engine;
struct system_info;

/* Fills paths and versions. A program is asked once for each file it comes from (path, size, time), and the answer kept in
 * RUNROOT/coracle/versions, as asking costs milliseconds. A missing program leaves "". */
void system_helpers(struct engine *engine, struct arena *arena, struct system_info *info);
