#pragma once
/*
 * The members of an image archive, kept so that an image can be made from them in any order: layers are unpacked into
 * staging while they pass, everything small stays in memory. Private to core/image.
 */
#include "core/image/assemble.h"

struct source;

struct member {
    const char *name;       /* clean path */
    const char *same_as;    /* of links: the clean path of what they stand for; else NULL */
    struct image_document text; /* what is in memory */
    struct store_staged *staged; /* what was unpacked as a layer; NULL once it was used */
    const char *why;             /* what is too large for a document cannot be unpacked either; else NULL */
};

struct members {
    struct engine *engine;
    struct arena *arena;
    struct member *items;
    size_t count, capacity, bytes;
    struct {
        struct store_staged **items;
        size_t count;
    } later; /* layers unpacked from memory */
};

/* Reads the archive to its end. ERROR_INVALID: no tar, or damaged. */
int members_read(struct members *members, const struct source *from, struct error **err);
void members_free(struct members *members);

/* By clean path, through links; NULL when there is none. */
struct member *members_find(struct members *members, const char *path);
/* The same for a document: ERROR_INVALID when it is missing or too large. */
int members_document(struct members *members, const char *path, struct image_document *ret_document, struct error **err);
/* An unpacked layer; borrowed from @members, each given once. @digest: of what the archive holds, checked; NULL: none known */
struct store_staged *members_layer(struct members *members, const char *path, const char *digest, struct error **err);
