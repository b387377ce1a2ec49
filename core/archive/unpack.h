#pragma once
/*
 * Unpacking a tar into a directory that may hold anything: every parent is resolved with openat2(RESOLVE_IN_ROOT),
 * every last component is made or opened without following links, everything after that goes through descriptors.
 * Nothing in the archive or in the directory leads out of it, also while a container works in there.
 *
 * Missing parents are made 0755 and owned by us. Order per member: owner, mode, attributes, times; directories get
 * their times last. Hard links take no attributes of their own.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct error;
struct str_map;
struct tar_reader;

struct unpack_options {
    /* The archive is an image layer for overlayfs: .wh. names become whiteouts and opaque directories, attributes that
     * steer overlayfs are dropped, and nothing but a directory may stand where a directory is. */
    bool layer;
    bool user_namespace; /* devices that may not be made are left out; opaque is marked in user.* */
    const char *base; /* a directory below the root, through links inside it: members go there, but what links in it stand
                       * for is seen from the root; NULL: the root itself */
    bool keep_base;   /* a member for the base itself changes nothing */
    const struct str_map *rename; /* other names: member or leading directory -> instead; NULL: none */
    bool keep_directories; /* ERROR_CONFLICT where a directory would be replaced by something else, or the reverse */
    /* Owner of everything instead of the archive's; NULL: as it says. */
    const uid_t *uid;
    const gid_t *gid;
};

#define UNPACK_MAX_IDS 1024

/* Ascending ids that own something; `many` when there were more than UNPACK_MAX_IDS, and the list is of no use. */
struct id_set {
    uint32_t items[UNPACK_MAX_IDS];
    size_t count;
    bool many;
};

struct unpack_result {
    bool root_seen; /* the archive had a member for the root itself, so its owner and mode are set */
    struct id_set uids, gids;
};

/* Reads @tar to the end of the archive. @root: descriptor of a directory, borrowed. @ret_result: may be NULL
 * ERROR_INVALID: hostile or damaged, names the member. What was made before a failure stays. */
int unpack_tar(int root, struct tar_reader *tar, const struct unpack_options *options, struct unpack_result *ret_result,
               struct error **err);
