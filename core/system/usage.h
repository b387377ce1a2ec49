#pragma once
/*
 * What takes how much room on disk, by recorded numbers: layers have theirs in the store, volumes and containers that do
 * not run were counted once and are looked at again only after somebody had them mounted. What no number can be recorded
 * for are the own layers of containers that run: those are walked, they alone.
 */
#include <stddef.h>
#include <stdint.h>

#include "core/container/container.h"
#include "core/volume/volume.h"

struct arena;
struct engine;
struct error;
struct image;

enum system_usage_parts { USAGE_IMAGES = 1, USAGE_CONTAINERS = 2, USAGE_VOLUMES = 4 };

struct system_usage_sum {
    int64_t total, active; /* how many; in use */
    int64_t bytes, reclaimable;
};
struct system_usage {
    struct image *images; /* newest first, with shared sizes */
    size_t image_count;
    int64_t *image_users; /* containers, parallel */
    struct container_list containers;
    int64_t *rw_bytes, *rootfs_bytes; /* parallel */
    struct volume_list volumes;
    int64_t *volume_bytes; /* parallel; -1: not known */
    struct system_usage_sum image_sum, container_sum, volume_sum; /* images: each layer once */
};
#define autousage __attribute__((cleanup(system_usage_release))) struct system_usage

/* @parts: which ones; the others stay empty. Arena, but for what system_usage_release() gives back. @docker: names are
 * looked for as Docker does */
int system_usage(struct engine *engine, struct arena *arena, unsigned parts, bool docker, struct system_usage *ret_usage,
                 struct error **err);
void system_usage_release(struct system_usage *usage);
