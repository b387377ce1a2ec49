#pragma once
/*
 * Ids for a user namespace that nobody named: a range of its own for each container, out of what /etc/subuid and
 * /etc/subgid give the user "containers". It is the container's until that is removed; which ranges are in use stands in
 * the specifications of those that are there. Private to core/container.
 *
 * Source of truth: subuid(5); podman-run(1), --userns=auto.
 */
struct arena;
struct container_id_map;
struct container_spec;
struct engine;
struct error;
struct image;

/*
 * Fills uid_maps and gid_maps of @spec when it asks for that. Returns the lock that keeps others from the same range until
 * the container's row is there (owned), or -1 with *err:
 *   ERROR_INVALID   no range is given to "containers", or the size is out of range
 *   ERROR_CONFLICT  all of them are in use
 */
int userns_choose(struct engine *engine, struct arena *arena, struct container_spec *spec, const struct image *image, struct error **err);
/* The lowest range of @size ids in "user:first:count" lines for "containers" that meets none of @used: its first id; -1: there
 * are lines, but no room; -2: there are no lines. */
long long userns_free_range(const char *subids, const struct container_id_map *used, unsigned long used_count, long long size);
