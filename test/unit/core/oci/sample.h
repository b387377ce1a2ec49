#pragma once
/* A container to make configurations of: what tests below change is theirs until the next sample_new(). */
#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/config/config.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/oci/build.h"

struct sample {
    struct arena *arena;
    struct config config;
    struct engine engine;
    struct container_spec spec;
    struct container ctr;
    struct oci_place place;
    struct str_list warnings;
    struct build build;
};

static const char *const sample_podman_caps[] = { "CHOWN",   "DAC_OVERRIDE",     "FOWNER",    "FSETID",
                                                  "KILL",    "NET_BIND_SERVICE", "SETFCAP",   "SETGID",
                                                  "SETPCAP", "SETUID",           "SYS_CHROOT" };

static inline void sample_new(struct sample *sample, const char *dialect)
{
    struct arena *arena = sample->arena ? sample->arena : arena_new();
    arena_reset(arena);
    *sample = (struct sample){ .arena = arena };
    sample->config.capabilities = (struct str_list){ (const char **)sample_podman_caps, 11 };
    sample->config.pids_limit = 2048;
    sample->engine.config = &sample->config;
    sample->spec.cap_defaults = dialect;
    strcpy(sample->ctr.id, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    sample->ctr.spec = &sample->spec;
    sample->ctr.name = "sample";
    sample->ctr.workdir = sample->ctr.user = "";
    sample->ctr.stop_signal = "SIGTERM";
    str_list_add(arena, &sample->ctr.command, "sleep");
    str_list_add(arena, &sample->ctr.command, "3000");
    sample->place = (struct oci_place){ .rootfs = "/",
                                        .files_dir = "/nonexistent",
                                        .shm_dir = "/files/shm",
                                        .cgroup_path = "/coracle/x",
                                        .netns_path = "/run/netns/x" };
    sample->build = (struct build){ .engine = &sample->engine,
                                    .arena = arena,
                                    .ctr = &sample->ctr,
                                    .place = &sample->place,
                                    .root = -1,
                                    .warnings = &sample->warnings };
    sample->build.spec.platform.resources = arena_zalloc(arena, sizeof *sample->build.spec.platform.resources);
    sample->build.machine = (struct machine){
        .memory = true,
        .swap = true,
        .memory_reservation = true,
        .swappiness = true,
        .oom_control = true,
        .cpu_shares = true,
        .cpu_quota = true,
        .cpuset = true,
        .pids = true,
        .blkio_weight = true,
        .capabilities = (UINT64_C(1) << 41) - 1,
        .cpus = 4,
    };
}
