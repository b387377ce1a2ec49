#include "core/store/document.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/store/internal.h"
#include "core/store/text.h"

#define MAX_FILE (256u << 20)

void document_init(struct document *document, struct store *store, char *path, enum store_lock lock, bool durable,
                   void *(*decode)(const char *text, size_t len, struct error **err))
{
    *document = (struct document){ .store = store,
                                   .path = path,
                                   .lock_path = store->lock_paths[lock],
                                   .durable = durable,
                                   .decode = decode,
                                   .token_fd = -1 };
    pthread_mutex_init(&document->mutex, NULL);
}

/* ---- references, under the mutex ---- */

static void drop_record(struct record *record)
{
    if (--record->refs)
        return;
    free(record->value);
    free(record);
}

static struct record *new_record(const char *text, size_t len)
{
    struct record *record = mem_alloc(sizeof *record + len + 1);
    record->refs = 1;
    record->len = len;
    record->value = NULL;
    memcpy(record->text, text, len);
    record->text[len] = '\0';
    record->flagged = record_mentions(record, "incomplete");
    return record;
}

static void drop_snapshot(struct snapshot *snapshot)
{
    if (!snapshot || --snapshot->refs)
        return;
    for (size_t i = 0; i < snapshot->count; i++)
        drop_record(snapshot->items[i]);
    free(snapshot);
}

static struct snapshot *new_snapshot(struct document *document, size_t count)
{
    struct snapshot *snapshot = mem_alloc(sizeof *snapshot + count * sizeof *snapshot->items);
    snapshot->refs = 1;
    snapshot->version = ++document->versions;
    snapshot->count = count;
    return snapshot;
}

void document_fini(struct document *document)
{
    drop_snapshot(document->current);
    fd_close(document->token_fd);
    free(document->path);
    pthread_mutex_destroy(&document->mutex);
}

/* ---- reading ---- */

static void read_token(struct document *document, struct document_key *key)
{
    if (document->token_fd < 0)
        document->token_fd = open(document->lock_path, O_RDONLY | O_CLOEXEC);
    if (document->token_fd >= 0 && pread(document->token_fd, key->token, TOKEN_SIZE, 0) < 0)
        memset(key->token, 0, TOKEN_SIZE);
}

static void read_identity(const struct stat *st, struct document_key *key)
{
    key->inode = st->st_ino;
    key->size = st->st_size;
    key->mtime = st->st_mtim;
    key->ctime = st->st_ctim;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static bool same_key(const struct document_key *a, const struct document_key *b)
{
    return a->inode == b->inode && a->size == b->size && same_time(a->mtime, b->mtime) &&
           same_time(a->ctime, b->ctime) && !memcmp(a->token, b->token, TOKEN_SIZE);
}

/* Takes over records whose text did not change, in one walk: files grow at the end and shrink anywhere. */
static struct record *reuse(const struct snapshot *old, size_t *at, const char *text, size_t len)
{
    enum { LOOK_AHEAD = 64 };
    for (size_t i = *at; old && i < old->count && i < *at + LOOK_AHEAD; i++)
        if (old->items[i]->len == len && !memcmp(old->items[i]->text, text, len)) {
            *at = i + 1;
            old->items[i]->refs++;
            return old->items[i];
        }
    return NULL;
}

static int load_text(struct document *document, const char *text, size_t len, struct error **err)
{
    long count = 0;
    autofree struct text_span *spans = len ? text_items(text, len, &count) : NULL;
    if (count < 0)
        return error_set(err, ERROR_INTERNAL, 0, "%s: damaged, expected a JSON list of records", document->path);
    struct snapshot *fresh = new_snapshot(document, (size_t)count);
    size_t at = 0;
    for (long i = 0; i < count; i++) {
        const char *item = text + spans[i].at;
        struct record *record = reuse(document->current, &at, item, spans[i].len);
        fresh->items[i] = record ? record : new_record(item, spans[i].len);
    }
    drop_snapshot(document->current);
    document->current = fresh;
    return 0;
}

/* Token first, file second: if the file is replaced between, its next look finds another identity. */
static int refresh(struct document *document, struct error **err)
{
    struct document_key key = { 0 };
    struct stat st;
    read_token(document, &key);
    if (!stat(document->path, &st))
        read_identity(&st, &key);
    else if (errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "looking at %s", document->path);
    if (document->current && same_key(&key, &document->key))
        return 0;
    autofd fd = open(document->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno != ENOENT)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", document->path);
    autobuf text = BUF(MAX_FILE);
    if (fd >= 0) {
        if (fstat(fd, &st) < 0)
            return error_set(err, ERROR_INTERNAL, errno, "looking at %s", document->path);
        read_identity(&st, &key);
        buf_reserve(&text, (size_t)st.st_size);
        if (fd_read_all(fd, &text, document->path, err) < 0)
            return -1;
    } else {
        key.inode = 0;
    }
    if (load_text(document, buf_text(&text), text.len, err) < 0)
        return -1;
    document->key = key;
    return 0;
}

struct snapshot *document_read(struct document *document, struct error **err)
{
    pthread_mutex_lock(&document->mutex);
    struct snapshot *snapshot = NULL;
    if (!refresh(document, err)) {
        snapshot = document->current;
        snapshot->refs++;
    }
    pthread_mutex_unlock(&document->mutex);
    return snapshot;
}

void document_release(struct document *document, struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    pthread_mutex_lock(&document->mutex);
    drop_snapshot(snapshot);
    pthread_mutex_unlock(&document->mutex);
}

const void *document_value(struct document *document, struct record *record, struct error **err)
{
    pthread_mutex_lock(&document->mutex);
    if (!record->value)
        record->value = document->decode(record->text, record->len, err);
    const void *value = record->value;
    pthread_mutex_unlock(&document->mutex);
    if (!value) {
        (*err)->kind = ERROR_INTERNAL; /* not the client's fault */
        error_wrap(err, "%s", document->path);
    }
    return value;
}

bool record_mentions(const struct record *record, const char *text)
{
    size_t len = strlen(text);
    const char *at = record->text, *end = at + record->len;
    while ((at = memmem(at, (size_t)(end - at), text, len))) {
        if (at > record->text && at[-1] == '"' && at[len] == '"') /* the record is NUL-terminated */
            return true;
        at++;
    }
    return false;
}

/* Every writer puts the id first; only where that is not so, all of the record is looked at. */
static bool may_have_id(const struct record *record, const char *id, size_t len)
{
    static const char start[] = "{\"id\":\"";
    const size_t skip = sizeof start - 1;
    if (record->len > skip && !memcmp(record->text, start, skip))
        return record->len > skip + len && !memcmp(record->text + skip, id, len);
    return record_mentions(record, id);
}

long document_find(struct document *document, struct record *const *items, size_t count, const char *id,
                   struct error **err)
{
    size_t len = strlen(id);
    for (size_t i = 0; i < count; i++) {
        if (!may_have_id(items[i], id, len))
            continue;
        const void *value = document_value(document, items[i], err);
        if (!value)
            return -2;
        if (!strcmp(*(const char *const *)value, id))
            return (long)i;
    }
    return -1;
}

/* ---- changing ---- */

int draft_open(struct draft *draft, struct document *document, struct error **err)
{
    pthread_mutex_lock(&document->mutex);
    int rc = refresh(document, err);
    if (!rc) {
        struct snapshot *now = document->current;
        *draft = (struct draft){ .document = document, .count = now->count, .room = now->count + 1 };
        draft->items = mem_alloc(draft->room * sizeof *draft->items);
        for (size_t i = 0; i < now->count; i++) {
            draft->items[i] = now->items[i];
            draft->items[i]->refs++;
        }
    }
    pthread_mutex_unlock(&document->mutex);
    return rc;
}

void draft_append(struct draft *draft, const char *text, size_t len)
{
    if (draft->count == draft->room)
        draft->items = mem_regrow(draft->items, draft->room *= 2, sizeof *draft->items);
    draft->items[draft->count++] = new_record(text, len);
    draft->changed = true;
}

static void drop_item(struct draft *draft, size_t index)
{
    assert(index < draft->count);
    pthread_mutex_lock(&draft->document->mutex);
    drop_record(draft->items[index]);
    pthread_mutex_unlock(&draft->document->mutex);
    draft->changed = true;
}

void draft_replace(struct draft *draft, size_t index, const char *text, size_t len)
{
    struct record *fresh = new_record(text, len); /* before the drop: the text may be the old record's own */
    drop_item(draft, index);
    draft->items[index] = fresh;
}

void draft_remove(struct draft *draft, size_t index)
{
    drop_item(draft, index);
    memmove(&draft->items[index], &draft->items[index + 1], (--draft->count - index) * sizeof *draft->items);
}

static void print(const struct draft *draft, struct buf *out)
{
    size_t total = 2;
    for (size_t i = 0; i < draft->count; i++)
        total += draft->items[i]->len + 1;
    buf_reserve(out, total);
    buf_putc(out, '[');
    for (size_t i = 0; i < draft->count; i++) {
        if (i)
            buf_putc(out, ',');
        buf_append(out, draft->items[i]->text, draft->items[i]->len);
    }
    buf_putc(out, ']');
}

/* What we wrote needs no reading again. */
static void install(struct draft *draft, const char token[TOKEN_SIZE])
{
    struct document *document = draft->document;
    struct document_key key = { 0 };
    struct stat st;
    memcpy(key.token, token, TOKEN_SIZE);
    pthread_mutex_lock(&document->mutex);
    struct snapshot *fresh = new_snapshot(document, draft->count);
    for (size_t i = 0; i < draft->count; i++) {
        fresh->items[i] = draft->items[i];
        fresh->items[i]->refs++;
    }
    drop_snapshot(document->current);
    document->current = fresh;
    if (!stat(document->path, &st))
        read_identity(&st, &key);
    document->key = key;
    pthread_mutex_unlock(&document->mutex);
}

int draft_save(struct draft *draft, int lock, struct error **err)
{
    if (!draft->changed)
        return 0;
    struct document *document = draft->document;
    autobuf text = BUF(MAX_FILE);
    print(draft, &text);
    if (text.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "%s: more than %u bytes of records", document->path, MAX_FILE);
    char token[TOKEN_SIZE];
    if (locks_sign(document->store, lock, token, err) < 0 ||
        path_write_atomic_alone(document->path, text.data, text.len, 0600, document->durable, err) < 0)
        return -1;
    install(draft, token);
    draft->changed = false;
    return 0;
}

void draft_cleanup(struct draft *draft)
{
    if (!draft->document)
        return;
    pthread_mutex_lock(&draft->document->mutex);
    for (size_t i = 0; i < draft->count; i++)
        drop_record(draft->items[i]);
    pthread_mutex_unlock(&draft->document->mutex);
    free(draft->items);
}
