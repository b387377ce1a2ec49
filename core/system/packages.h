#pragma once
/*
 * Which packages the helpers are of, as podman shows it: "conmon_2.1.6+ds1-1_amd64" of Debian's dpkg, or rpm's form;
 * "Unknown" when it is neither's. Package managers take long to answer: they are asked when a helper is new or has changed,
 * and RUNROOT/coracle/versions/packages keeps what they say.
 */
struct arena;
struct engine;
struct system_info;

struct system_packages { /* arena or static */
    const char *conmon, *runtime, *netavark, *aardvark;
};
void system_packages(struct engine *engine, struct arena *arena, const struct system_info *info,
                     struct system_packages *ret_packages);
