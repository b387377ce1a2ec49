#pragma once
/*
 * Files of a container: looking at one, taking them out as a tar, putting those of a tar in; of one that runs or not,
 * with its volumes, binds and tmpfs. No program of the container takes part, and no link of it leads out of it, also
 * while it swaps what is on the way.
 *
 * Source of truth: Docker's and podman's answers side by side (test/e2e/docker/containers/archive.bats and libpod's).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "core/base/str.h"

struct arena;
struct container_rules;
struct engine;
struct error;
struct sink;
struct source;

struct container_file {
    const char *name;   /* last element of the path as it was asked for: "/" and "." are possible */
    const char *path;   /* as asked for, clean */
    const char *target; /* of a link: where it leads to in the container; else "" */
    bool missing;       /* a link that leads to nothing */
    bool is_directory;  /* what is there, at the end of the links when they are followed */
    int64_t size;
    uint32_t mode; /* Go's os.FileMode: type in the high bits */
    int64_t modified_unix_ns;
};

struct container_archive;

#define autoarchive __attribute__((cleanup(container_archive_cleanup))) struct container_archive

/* Finds @path in the container. A path that ends in a slash or in "/." is a directory, and links to one are followed.
 * @follow: so is a link at the end of any other (podman); else it is taken out as a link (Docker). @rules: NULL allows
 * everything. Owned; lives no longer than @arena. NULL with *err:
 *   ERROR_INVALID    no path, or no directory where it has to be one
 *   ERROR_NOT_FOUND  no such container; "Could not find the file x in container y" */
struct container_archive *container_archive_open(struct engine *engine, struct arena *arena, const struct container_rules *rules,
                                                 const char *key, const char *path, bool follow, struct error **err);
const struct container_file *container_archive_file(const struct container_archive *archive);
/* The file, or the directory with what is in it. Directories are named as Docker does ("d/", "./") or, when links are
 * followed, as podman does: of "d/." only what is in it. @rename: see unpack_options; NULL: none */
int container_archive_send(struct container_archive *archive, const struct str_map *rename, const struct sink *to,
                           struct error **err);
void container_archive_close(struct container_archive *archive);

struct container_put {
    const char *path;          /* a directory; links to it are followed */
    bool make;                 /* it is made when it is missing; else ERROR_NOT_FOUND */
    bool keep_directories;     /* ERROR_INVALID where a directory would be replaced by something else, or the reverse */
    bool owned_by_user;        /* everything belongs to whom the container runs as; else to whom the archive says */
    const struct str_map *rename; /* see unpack_options; NULL: none */
};
/* @from: a tar, plain or compressed. What was put there before a failure stays.
 *   ERROR_INVALID    the archive is damaged or hostile: names the member; or @path is no directory
 *   ERROR_NOT_FOUND  no such container, no such path
 *   ERROR_FORBIDDEN  it is read-only there; or @rules are against it */
int container_archive_put(struct engine *engine, const struct container_rules *rules, const char *key, const struct container_put *put,
                          const struct source *from, struct error **err);

static inline void container_archive_cleanup(struct container_archive **archive)
{
    container_archive_close(*archive);
}
