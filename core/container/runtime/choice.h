#pragma once
/* Which OCI runtime runs containers on this machine. For core/container, and for what core/system says of it. */
struct arena;
struct engine;
struct error;

/* Path of crun or runc: @asked by name, else what an earlier refusal of this boot left, else containers.conf's, else
 * crun. Arena; NULL with ERROR_UNSUPPORTED naming the package. */
const char *runtime_choose(struct engine *engine, struct arena *arena, const char *asked, struct error **err);
/* The other one, after @refused would not run here for @why: warned of once, remembered for this boot. NULL when there is
 * none, or the user asked for the refused one. */
const char *runtime_fallback(struct engine *engine, struct arena *arena, const char *refused, const char *asked, const struct error *why);
