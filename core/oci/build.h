#pragma once
/* One config.json in the making: what every part of core/oci works on. */
#include <string.h>

#include "core/base/arena.h"
#include "core/container/container.h"
#include "core/oci/list.h"
#include "core/oci/machine.h"
#include "core/oci/oci.h"
#include "core/oci/types.h"

struct build {
    struct engine *engine;
    struct arena *arena;
    const struct container *ctr;
    const struct oci_place *place; /* NULL while checking at create */
    int root;                      /* descriptor of the mounted root; -1 while checking */
    struct machine machine;
    struct str_list *warnings;     /* may be NULL */
    struct oci_spec spec;          /* grows here */
};

void build_warn(const struct build *build, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Made through the libpod surface: podman's defaults hold instead of Docker's. */
static inline bool is_podman(const struct build *build)
{
    return str_eq(build->ctr->spec->cap_defaults, "podman");
}
static inline int64_t *number(struct arena *arena, int64_t value)
{
    int64_t *copy = arena_zalloc(arena, sizeof *copy);
    *copy = value;
    return copy;
}

/* "host", "container:x" … */
static inline bool mode_is(const char *mode, const char *word)
{
    return mode && !strcmp(mode, word);
}

/* Asked for and possible; what is asked for and impossible leaves a warning. */
bool build_can(const struct build *build, bool asked, bool possible, const char *what);

/* Parts, in the order of config.json; each fills its members of build->spec. */
int build_process(struct build *build, struct error **err);
int build_mounts(struct build *build, struct error **err);
int build_devices(struct build *build, struct error **err);
int build_resources(struct build *build, struct error **err);
int build_block_io(struct build *build, struct error **err); /* a part of build_resources() */
int build_sysctls(struct build *build, struct error **err);
int build_namespaces(struct build *build, struct error **err);
int build_seccomp(struct build *build, struct error **err);

/* Resource limits of @process: what the user and containers.conf want, as far as it is allowed. */
int build_rlimits(const struct build *build, struct oci_process *process, struct error **err);
/* Checks that need no root: for oci_check(). */
int check_spec(const struct build *build, struct error **err);
