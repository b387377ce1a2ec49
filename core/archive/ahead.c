#include "core/archive/ahead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/mem.h"

#define PIECE_SIZE (256 * 1024)
#define PIECES 4
#define START_AFTER (1024 * 1024)
#define STACK_SIZE (256 * 1024)

struct ahead {
    const struct source *from;
    size_t direct; /* bytes read before there is a thread */
    bool alone;    /* there is no second processor, or no thread to be had */
    bool started;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct {
        char *data;
        size_t len;
    } pieces[PIECES];
    size_t filled, used; /* pieces so far; the difference is what waits */
    size_t at;           /* in the piece being used */
    bool ended, stop;
    struct error *failure;
};

struct ahead *ahead_open(const struct source *from)
{
    struct ahead *ahead = mem_zalloc(sizeof *ahead);
    ahead->from = from;
    ahead->alone = sysconf(_SC_NPROCESSORS_ONLN) < 2;
    pthread_mutex_init(&ahead->mutex, NULL);
    pthread_cond_init(&ahead->changed, NULL);
    return ahead;
}

void ahead_close(struct ahead *ahead)
{
    if (!ahead)
        return;
    if (ahead->started) {
        pthread_mutex_lock(&ahead->mutex);
        ahead->stop = true;
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
        pthread_join(ahead->thread, NULL);
    }
    for (int i = 0; i < PIECES; i++)
        free(ahead->pieces[i].data);
    error_free(ahead->failure);
    pthread_mutex_destroy(&ahead->mutex);
    pthread_cond_destroy(&ahead->changed);
    free(ahead);
}

/* Fills one piece as far as it goes: handing over has a price. Returns 0 at the end, -1 with *err. */
static int fill_piece(struct ahead *ahead, char *data, size_t *ret_len, struct error **err)
{
    size_t len = 0;
    long n = 1;
    while (len < PIECE_SIZE && (n = ahead->from->read(ahead->from->context, data + len, PIECE_SIZE - len, err)) > 0)
        len += (size_t)n;
    *ret_len = len;
    return n < 0 ? -1 : n > 0;
}

static void *work(void *context)
{
    struct ahead *ahead = context;
    int more = 1;
    pthread_mutex_lock(&ahead->mutex);
    while (more > 0) {
        while (!ahead->stop && ahead->filled - ahead->used == PIECES)
            pthread_cond_wait(&ahead->changed, &ahead->mutex);
        if (ahead->stop)
            break;
        size_t slot = ahead->filled % PIECES, len = 0;
        pthread_mutex_unlock(&ahead->mutex);
        struct error *failure = NULL;
        more = fill_piece(ahead, ahead->pieces[slot].data, &len, &failure);
        pthread_mutex_lock(&ahead->mutex);
        ahead->pieces[slot].len = len;
        ahead->filled += len > 0;
        ahead->failure = failure;
        ahead->ended = more <= 0;
        pthread_cond_broadcast(&ahead->changed);
    }
    pthread_mutex_unlock(&ahead->mutex);
    return NULL;
}

static void start(struct ahead *ahead)
{
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    for (int i = 0; i < PIECES; i++)
        ahead->pieces[i].data = mem_alloc(PIECE_SIZE);
    ahead->started = pthread_create(&ahead->thread, &attributes, work, ahead) == 0;
    ahead->alone = !ahead->started;
    pthread_attr_destroy(&attributes);
}

/* Waits for a piece: 1, 0 at the end, -1 with *err. */
static int await(struct ahead *ahead, struct error **err)
{
    int rc = 1;
    pthread_mutex_lock(&ahead->mutex);
    while (ahead->filled == ahead->used && !ahead->ended)
        pthread_cond_wait(&ahead->changed, &ahead->mutex);
    if (ahead->filled == ahead->used) {
        rc = ahead->failure ? -1 : 0;
        if (ahead->failure)
            *err = ahead->failure;
        ahead->failure = NULL;
    }
    pthread_mutex_unlock(&ahead->mutex);
    return rc;
}

static long read_ahead(void *context, void *into, size_t len, struct error **err)
{
    struct ahead *ahead = context;
    if (!ahead->started && !ahead->alone && ahead->direct >= START_AFTER)
        start(ahead);
    if (!ahead->started) {
        long n = ahead->from->read(ahead->from->context, into, len, err);
        ahead->direct += n > 0 ? (size_t)n : 0;
        return n;
    }
    int rc = await(ahead, err);
    if (rc <= 0)
        return rc;
    size_t slot = ahead->used % PIECES, ready = ahead->pieces[slot].len - ahead->at;
    len = len < ready ? len : ready;
    memcpy(into, ahead->pieces[slot].data + ahead->at, len);
    ahead->at += len;
    if (len == ready) {
        ahead->at = 0;
        pthread_mutex_lock(&ahead->mutex);
        ahead->used++;
        pthread_cond_broadcast(&ahead->changed);
        pthread_mutex_unlock(&ahead->mutex);
    }
    return (long)len;
}

struct source ahead_source(struct ahead *ahead)
{
    return (struct source){ ahead, read_ahead };
}
