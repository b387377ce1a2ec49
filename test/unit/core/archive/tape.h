#pragma once
/* Writing small tars for tests, also wrong ones, and reading from memory. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/sink.h"

struct entry {
    const char *name;
    char type; /* 0: a file */
    const char *link, *data;
    unsigned mode, uid, gid; /* mode 0: 0644, 0755 for directories */
    unsigned major, minor;
    long long mtime; /* 0: 1700000000 */
    long long size;  /* 0: that of data; a lie otherwise */
    size_t len;      /* 0: strlen(data) */
    const char *prefix;
    char magic[8];   /* "": ustar */
};

/* Octal digits and a NUL. */
static inline void tape_number(char *field, int size, unsigned long long value)
{
    field[size - 1] = '\0';
    for (int i = size - 2; i >= 0; i--, value >>= 3)
        field[i] = (char)('0' + (value & 7));
}

static inline void tape_checksum(unsigned char *block)
{
    unsigned sum = 0;
    memset(block + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += block[i];
    tape_number((char *)block + 148, 7, sum);
}

static inline void tape_pad(struct buf *tape)
{
    static const char zero[512];
    buf_append(tape, zero, -tape->len % 512);
}

static inline void tape_header(struct buf *tape, struct entry e, size_t len)
{
    unsigned char block[512] = { 0 };
    char *text = (char *)block;
    memcpy(text, e.name, strnlen(e.name, 100));
    tape_number(text + 100, 8, e.mode ? e.mode : e.type == '5' ? 0755 : 0644);
    tape_number(text + 108, 8, e.uid);
    tape_number(text + 116, 8, e.gid);
    tape_number(text + 124, 12, e.size ? (unsigned long long)e.size : len);
    tape_number(text + 136, 12, e.mtime ? (unsigned long long)e.mtime : 1700000000);
    block[156] = (unsigned char)(e.type ? e.type : '0');
    if (e.link)
        memcpy(text + 157, e.link, strnlen(e.link, 100));
    memcpy(text + 257, *e.magic ? e.magic : "ustar\0" "00", 8);
    tape_number(text + 329, 8, e.major);
    tape_number(text + 337, 8, e.minor);
    if (e.prefix)
        memcpy(text + 345, e.prefix, strnlen(e.prefix, 155));
    tape_checksum(block);
    buf_append(tape, block, 512);
}

static inline void tape_add(struct buf *tape, struct entry e)
{
    size_t len = !e.data ? 0 : e.len ? e.len : strlen(e.data);
    tape_header(tape, e, len);
    buf_append(tape, e.data, len);
    tape_pad(tape);
}

/* One record in front of the next member, or of all (@type 'g'). */
static inline void tape_pax_record(struct buf *body, const char *key, const void *value, size_t len)
{
    size_t rest = strlen(key) + len + 3, total = rest + 1;
    while (snprintf(NULL, 0, "%zu", total) + rest != total)
        total = (size_t)snprintf(NULL, 0, "%zu", total) + rest;
    buf_printf(body, "%zu %s=", total, key);
    buf_append(body, value, len);
    buf_putc(body, '\n');
}

static inline void tape_pax(struct buf *tape, char type, const char *key, const char *value)
{
    struct buf body = BUF(2 << 20);
    tape_pax_record(&body, key, value, strlen(value));
    tape_add(tape, (struct entry){ .name = "pax", .type = type, .data = body.data, .len = body.len });
    buf_free(&body);
}

static inline void tape_end(struct buf *tape)
{
    static const char zero[1024];
    buf_append(tape, zero, sizeof zero);
}

/* A source that hands out a few bytes at a time. */
struct memory {
    const char *data;
    size_t len, step; /* step 0: as much as is asked for */
};

static inline long memory_read(void *context, void *into, size_t len, struct error **err)
{
    (void)err;
    struct memory *memory = context;
    if (memory->step && len > memory->step)
        len = memory->step;
    if (len > memory->len)
        len = memory->len;
    if (len)
        memcpy(into, memory->data, len);
    memory->data += len;
    memory->len -= len;
    return (long)len;
}
