#include "core/archive/names.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/base/mem.h"

void names_init(struct names *names)
{
    *names = (struct names){ 0 };
    if (getrandom(names->key, sizeof names->key, 0) != sizeof names->key)
        abort();
}

void names_free(struct names *names)
{
    free(names->slots);
    names->slots = NULL;
}

static uint64_t rotate(uint64_t value, int by)
{
    return value << by | value >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
    v[0] += v[1], v[1] = rotate(v[1], 13) ^ v[0], v[0] = rotate(v[0], 32);
    v[2] += v[3], v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3], v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1], v[1] = rotate(v[1], 17) ^ v[2], v[2] = rotate(v[2], 32);
}

/* SipHash-1-3: keyed, and quick on short text. */
static uint64_t hash(const struct names *names, const char *text)
{
    uint64_t a = names->key[0], b = names->key[1];
    uint64_t v[4] = { a ^ 0x736f6d6570736575, b ^ 0x646f72616e646f6d, a ^ 0x6c7967656e657261, b ^ 0x7465646279746573 };
    size_t len = strlen(text);
    uint64_t last = (uint64_t)len << 56;
    for (; len >= 8; text += 8, len -= 8) {
        uint64_t word;
        memcpy(&word, text, 8);
        word = le64toh(word);
        v[3] ^= word;
        sip_round(v);
        v[0] ^= word;
    }
    for (size_t i = 0; i < len; i++)
        last |= (uint64_t)(unsigned char)text[i] << (8 * i);
    v[3] ^= last;
    sip_round(v);
    v[0] ^= last;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    uint64_t sum = v[0] ^ v[1] ^ v[2] ^ v[3];
    return sum ? sum : 1; /* 0 marks a free slot */
}

static bool put(struct names *names, uint64_t sum)
{
    size_t mask = names->capacity - 1, at = sum & mask;
    for (; names->slots[at]; at = (at + 1) & mask)
        if (names->slots[at] == sum)
            return false;
    names->slots[at] = sum;
    names->count++;
    return true;
}

static void grow(struct names *names)
{
    struct names bigger = *names;
    bigger.capacity = names->capacity ? names->capacity * 2 : 256;
    bigger.count = 0;
    bigger.slots = mem_zalloc(bigger.capacity * sizeof *bigger.slots);
    for (size_t i = 0; i < names->capacity; i++)
        if (names->slots[i])
            put(&bigger, names->slots[i]);
    free(names->slots);
    *names = bigger;
}

bool names_add(struct names *names, const char *name)
{
    if (names->count * 4 >= names->capacity * 3)
        grow(names);
    return put(names, hash(names, name));
}
