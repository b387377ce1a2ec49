#pragma once
/*
 * One JSON file of the store: a list of records, kept as the text each was written with, decoded when somebody looks.
 *
 * Reading takes no lock: the file is only ever replaced by a rename, and is read again when the lock's token or the
 * file's identity changed. Records whose text stayed the same stay decoded. What readers hold is an immutable snapshot.
 *
 * Changing is done on a draft with the lock of the file held, and costs no parsing: a write is the records' texts with
 * commas between.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "core/store/locks.h"

struct error;
struct store;

struct record {
    unsigned refs; /* of snapshots and drafts; under the document's mutex */
    size_t len;
    bool flagged; /* its text has "incomplete" in it: rare, and asked of every record at every change */
    void *value; /* decoded, lazily; starts with `const char *id` */
    char text[];
};

struct snapshot {
    unsigned refs;
    uint64_t version; /* differs whenever the file did */
    size_t count;
    struct record *items[];
};

struct document_key {
    char token[TOKEN_SIZE];
    ino_t inode;
    off_t size;
    struct timespec mtime, ctime;
};

struct document {
    struct store *store;
    char *path;
    const char *lock_path; /* borrowed of the store */
    bool durable;          /* synced before the rename */
    /* One record's text to an owned block of memory that starts with its id. */
    void *(*decode)(const char *text, size_t len, struct error **err);

    pthread_mutex_t mutex;
    int token_fd; /* the lock file, to read its token; -1 until it exists */
    struct document_key key;
    struct snapshot *current; /* NULL: never read */
    uint64_t versions;
};

void document_init(struct document *document, struct store *store, char *path, enum store_lock lock, bool durable,
                   void *(*decode)(const char *text, size_t len, struct error **err)); /* takes path */
void document_fini(struct document *document);

/* What the file says now. Owned: document_release(). */
struct snapshot *document_read(struct document *document, struct error **err);
void document_release(struct document *document, struct snapshot *snapshot);
/* The decoded record: borrowed, lives as long as a snapshot or draft that has it. */
const void *document_value(struct document *document, struct record *record, struct error **err);
/* Index of the record of that exact id; -1 when there is none, -2 with *err. */
long document_find(struct document *document, struct record *const *items, size_t count, const char *id,
                   struct error **err);
/* Whether the text stands in the record, in quotes: cheap first look before decoding. */
bool record_mentions(const struct record *record, const char *text);

struct draft {
    struct document *document;
    struct record **items;
    size_t count, room;
    bool changed;
};

#define autodraft __attribute__((cleanup(draft_cleanup))) struct draft

/* A copy of what the file says now, to be changed; its lock is held by the caller. Initialise with { 0 }. */
int draft_open(struct draft *draft, struct document *document, struct error **err);
void draft_append(struct draft *draft, const char *text, size_t len);
void draft_replace(struct draft *draft, size_t index, const char *text, size_t len);
void draft_remove(struct draft *draft, size_t index);
/* Writes token and file when something changed. @lock: the held lock file */
int draft_save(struct draft *draft, int lock, struct error **err);
void draft_cleanup(struct draft *draft);
