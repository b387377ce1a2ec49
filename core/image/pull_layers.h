#pragma once
/*
 * An image's layers, several at a time: each worker has a connection of its own and unpacks what comes through it. The
 * caller's thread alone tells of progress, so a client that reads slowly holds nobody up but itself.
 * Private to core/image.
 */
#include <stdatomic.h>
#include <stddef.h>

struct arena;
struct engine;
struct error;
struct pull_documents;
struct pull_options;
struct registry;
struct registry_link;
struct store_staged;

struct pull_layers {
    struct engine *engine;
    struct registry *registry;
    struct registry_link *link; /* of the first worker; borrowed */
    atomic_bool *stop;          /* the registry's too: set when one fails, so that all end */
    const struct pull_options *options;
};

/* Unpacks what the store does not have. @staged: as image_parts has it, all NULL; the caller frees what is in it, also
 * after a failure. */
int pull_layers_stage(const struct pull_layers *pull, struct arena *arena, const struct pull_documents *documents,
                      struct store_staged **staged, struct error **err);
