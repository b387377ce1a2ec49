#pragma once
/* A set of names, remembered as keyed 64-bit hashes: 16 bytes each at most, whatever their length. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct names {
    uint64_t key[2]; /* random, so that nobody can make two names collide on purpose */
    uint64_t *slots;
    size_t count, capacity;
};

void names_init(struct names *names);
void names_free(struct names *names);
/* false: it was there already. */
bool names_add(struct names *names, const char *name);
