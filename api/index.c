#include "api/index.h"

#include <assert.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

#define INDEX_BUCKETS 512 /* a power of two; chains are a step or two long with some 260 routes */

/* Patterns are sorted by bucket, then by how telling they are; a bucket is a run of them. */
struct bucket {
    uint32_t first, count;
};

struct index {
    struct pattern *patterns;
    size_t count;
    struct bucket buckets[INDEX_BUCKETS];
};

static struct index *the_index;

static const char *segment_text(const struct pattern *pattern, size_t i)
{
    return pattern->route->path + pattern->segments[i].at;
}

static uint32_t mix(uint32_t hash, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)text[i]) * 16777619u;
    return (hash ^ '/') * 16777619u;
}

static bool slice_is(struct slice slice, const char *text, size_t len)
{
    return slice.len == len && !memcmp(slice.text, text, len);
}

static size_t key_hash(const char *method, struct slice first, struct slice second)
{
    uint32_t hash = mix(mix(2166136261u, method, strlen(method)), first.text, first.len);
    if (slice_is(first, "libpod", 6))
        hash = mix(hash, second.text, second.len);
    return (hash ^ hash >> 15) & (INDEX_BUCKETS - 1);
}

static struct slice literal_at(const struct pattern *pattern, size_t i)
{
    if (i >= pattern->count || pattern->segments[i].kind != SEGMENT_LITERAL)
        return (struct slice){ "", 0 };
    return (struct slice){ segment_text(pattern, i), pattern->segments[i].len };
}

static size_t pattern_hash(const struct pattern *pattern)
{
    return key_hash(pattern->route->method, literal_at(pattern, 0), literal_at(pattern, 1));
}

static void cut_path(const struct route *route, struct pattern *ret_pattern)
{
    ret_pattern->route = route;
    const char *path = route->path, *at = path;
    while (*at == '/') {
        const char *start = ++at;
        at = strchrnul(start, '/');
        assert(ret_pattern->count < INDEX_MAX_SEGMENTS);
        struct segment *segment = &ret_pattern->segments[ret_pattern->count++];
        size_t len = (size_t)(at - start);
        if (*start == '{') {
            bool names = len > 5 && !memcmp(at - 4, "...}", 4);
            *segment = (struct segment){ (uint16_t)(start + 1 - path), (uint16_t)(len - (names ? 5 : 2)),
                                         names ? SEGMENT_NAMES : SEGMENT_NAME };
        } else {
            *segment = (struct segment){ (uint16_t)(start - path), (uint16_t)len, SEGMENT_LITERAL };
        }
    }
}

/* Literals before names, one segment before many, long paths before short ones. */
static int compare_patterns(const void *left, const void *right)
{
    const struct pattern *a = left, *b = right;
    size_t bucket_a = pattern_hash(a), bucket_b = pattern_hash(b);
    if (bucket_a != bucket_b)
        return bucket_a < bucket_b ? -1 : 1;
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->segments[i].kind != b->segments[i].kind)
            return a->segments[i].kind < b->segments[i].kind ? -1 : 1;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->route < b->route ? -1 : a->route > b->route;
}

static void make_index(void)
{
    struct index *index = mem_zalloc(sizeof *index);
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++)
            index->count++;
    index->patterns = mem_zalloc(index->count * sizeof *index->patterns);
    size_t at = 0;
    for (const struct route *const *table = api_routes; *table; table++)
        for (const struct route *route = *table; route->path; route++) {
            index->patterns[at].number = at;
            cut_path(route, &index->patterns[at++]);
        }
    qsort(index->patterns, index->count, sizeof *index->patterns, compare_patterns);
    for (size_t i = index->count; i-- > 0;) {
        struct bucket *bucket = &index->buckets[pattern_hash(&index->patterns[i])];
        bucket->first = (uint32_t)i;
        bucket->count++;
    }
    the_index = index;
}

static const struct index *get_index(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_index);
    return the_index;
}

size_t index_find(const char *method, struct slice first, struct slice second, const struct pattern **ret_patterns)
{
    const struct index *index = get_index();
    const struct bucket *bucket = &index->buckets[key_hash(method, first, second)];
    *ret_patterns = index->patterns + bucket->first;
    return bucket->count;
}

size_t index_find_wild(const char *method, const struct pattern **ret_patterns)
{
    return index_find(method, (struct slice){ "", 0 }, (struct slice){ "", 0 }, ret_patterns);
}

bool index_any(struct slice first, struct slice second, bool (*visit)(const struct pattern *pattern, void *context),
               void *context)
{
    static const char *const methods[] = { "GET", "POST", "DELETE", "PUT", "HEAD", "PATCH" };
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct pattern *patterns;
        size_t count = index_find(methods[i], first, second, &patterns);
        for (size_t j = 0; j < count; j++)
            if (visit(&patterns[j], context))
                return true;
    }
    return false;
}
