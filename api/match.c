#include "api/match.h"

#include <ctype.h>
#include <string.h>

#include "api/index.h"
#include "api/url.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/system/system.h"

#define MATCH_MAX_SEGMENTS 128
#define LIBPOD_MAJOR_NEWEST 5

struct path {
    struct arena *arena;
    struct slice segments[MATCH_MAX_SEGMENTS]; /* decoded */
    size_t count;
};

static bool slice_equals(struct slice slice, const char *text, size_t len)
{
    return slice.len == len && !memcmp(slice.text, text, len);
}

/* ---- version prefix ---- */

/* Length of "v1.41" at the beginning of a path whose first slash was passed; 0 when there is none. @ret_strict: digits
 * and dots only. */
static size_t version_length(const char *at, bool *ret_strict)
{
    if (*at != 'v' || !isdigit((unsigned char)at[1]))
        return 0;
    size_t len = 1;
    *ret_strict = true;
    for (; isalnum((unsigned char)at[len]) || at[len] == '.' || at[len] == '-'; len++)
        if (isalpha((unsigned char)at[len]) || at[len] == '-')
            *ret_strict = false;
    return at[len] == '/' ? len : 0;
}

/* The number at *at, which moves behind it and a dot; 0 when there is none. Values past any version stay there. */
static unsigned take_part(const char **at)
{
    unsigned value = 0;
    for (; isdigit((unsigned char)**at); (*at)++)
        value = value < 100000 ? value * 10 + (unsigned)(**at - '0') : value;
    *at += **at == '.';
    return value;
}

/* Sets the level, or refuses it in the words clients look for. */
static int check_level(struct match *match, struct error **err)
{
    if (!*match->version_text) {
        match->level = CORACLE_API_MINOR;
        return 0;
    }
    const char *at = match->version_text;
    unsigned major = take_part(&at), minor = take_part(&at), rest = 0;
    while (*at)
        rest |= take_part(&at);
    if (major < 1 || (major == 1 && minor < CORACLE_API_MINOR_MIN))
        return error_set(err, ERROR_INVALID, 0,
                         "client version %s is too old. Minimum supported API version is %s, please upgrade your "
                         "client to a newer version",
                         match->version_text, CORACLE_API_VERSION_MIN);
    if (major > 1 || minor > CORACLE_API_MINOR || (minor == CORACLE_API_MINOR && rest))
        return error_set(err, ERROR_INVALID, 0, "client version %s is too new. Maximum supported API version is %s",
                         match->version_text, CORACLE_API_VERSION);
    match->level = minor;
    return 0;
}

static bool is_libpod(const char *path)
{
    return !strncmp(path, "/libpod/", 8);
}

/* Passes the prefix and decides the dialect. Returns the path without it. */
static const char *take_version(struct arena *arena, const char *path, struct match *match)
{
    bool strict = false;
    size_t len = *path == '/' ? version_length(path + 1, &strict) : 0;
    const char *rest = len ? path + 1 + len : path;
    bool libpod = is_libpod(rest);
    if (len && !libpod && !strict)
        rest = path; /* no version: a segment of a path nobody has */
    else if (len)
        match->version_text = arena_strndup(arena, path + 2, len - 1);
    match->dialect = libpod ? DIALECT_LIBPOD : DIALECT_DOCKER;
    if (libpod) {
        const char *at = match->version_text;
        match->level = match->libpod_major = *at ? take_part(&at) : LIBPOD_MAJOR_NEWEST;
    }
    return rest;
}

/* ---- segments ---- */

/* "/a/b" is two segments, "/a/" as well: the second is empty, and only a route that says so has that. */
static int cut_path(struct path *path, const char *text, const char *end, struct error **err)
{
    while (text < end && *text == '/') {
        const char *start = text + 1;
        text = memchr(start, '/', (size_t)(end - start));
        if (!text)
            text = end;
        if (path->count == MATCH_MAX_SEGMENTS)
            return error_set(err, ERROR_INVALID, 0, "path: more than %d segments", MATCH_MAX_SEGMENTS);
        struct slice *segment = &path->segments[path->count++];
        *segment = (struct slice){ start, (size_t)(text - start) };
        if (segment->len && memchr(start, '%', segment->len)) {
            segment->text = url_decode(path->arena, start, segment->len, false, "path", err);
            if (!segment->text)
                return -1;
            segment->len = strlen(segment->text);
        }
    }
    return 0;
}

/* How many segments each name of the pattern takes, from the pattern's @i and the path's @at on; the longest wins. */
static bool fits(const struct pattern *pattern, const struct path *path, size_t i, size_t at, size_t *taken)
{
    for (; i < pattern->count; i++, at++) {
        const struct segment *segment = &pattern->segments[i];
        size_t behind = pattern->count - i - 1; /* each takes one segment at least */
        if (at + behind >= path->count)
            return false;
        if (segment->kind == SEGMENT_LITERAL) {
            if (!slice_equals(path->segments[at], pattern->route->path + segment->at, segment->len))
                return false;
        } else if (!path->segments[at].len) {
            return false;
        } else if (segment->kind == SEGMENT_NAME) {
            taken[i] = 1;
        } else {
            for (taken[i] = path->count - behind - at; taken[i]; taken[i]--)
                if (path->segments[at + taken[i] - 1].len && fits(pattern, path, i + 1, at + taken[i], taken))
                    return true;
            return false;
        }
    }
    return at == path->count;
}

static const char *join(const struct path *path, size_t at, size_t count)
{
    size_t len = count;
    for (size_t i = 0; i < count; i++)
        len += path->segments[at + i].len;
    char *text = arena_zalloc(path->arena, len), *end = text;
    for (size_t i = 0; i < count; i++) {
        if (i)
            *end++ = '/';
        end = mempcpy(end, path->segments[at + i].text, path->segments[at + i].len);
    }
    return text;
}

static void take_names(const struct pattern *pattern, const struct path *path, const size_t *taken,
                       struct str_map *names)
{
    for (size_t i = 0, at = 0; i < pattern->count; i++) {
        const struct segment *segment = &pattern->segments[i];
        size_t count = segment->kind == SEGMENT_LITERAL ? 1 : taken[i];
        if (segment->kind != SEGMENT_LITERAL)
            str_map_set(path->arena, names,
                        arena_strndup(path->arena, pattern->route->path + segment->at, segment->len),
                        join(path, at, count));
        at += count;
    }
}

struct search {
    const struct path *path;
    const struct match *match;
};

static bool is_candidate(const struct pattern *pattern, const struct search *search, size_t *taken)
{
    const struct route *route = pattern->route;
    unsigned major = search->match->libpod_major;
    bool libpod = search->match->dialect == DIALECT_LIBPOD;
    if (is_libpod(route->path) != libpod) /* an escaped "libpod" is not the dialect's mark */
        return false;
    if (libpod && (major < route->since || (route->until && major > route->until)))
        return false;
    return fits(pattern, search->path, 0, 0, taken);
}

static bool visit_other_method(const struct pattern *pattern, void *context)
{
    size_t taken[INDEX_MAX_SEGMENTS];
    return is_candidate(pattern, context, taken);
}

static bool find_in(const struct pattern *patterns, size_t count, const char *method, const struct search *search,
                    struct match *match)
{
    for (size_t i = 0; i < count; i++) {
        size_t taken[INDEX_MAX_SEGMENTS];
        if (strcmp(patterns[i].route->method, method) || !is_candidate(&patterns[i], search, taken))
            continue; /* another bucket's chain may share ours */
        match->route = patterns[i].route;
        match->number = patterns[i].number;
        take_names(&patterns[i], search->path, taken, &match->names);
        return true;
    }
    return false;
}

static enum match_result find_route(const char *method, const struct path *path, struct match *match)
{
    const struct slice none = { "", 0 };
    struct search search = { path, match };
    struct slice first = path->count ? path->segments[0] : none, second = path->count > 1 ? path->segments[1] : none;
    const struct pattern *patterns;
    size_t count = index_find(method, first, second, &patterns);
    if (find_in(patterns, count, method, &search, match))
        return MATCH_ROUTE;
    if (match->dialect == DIALECT_LIBPOD)
        return index_any(first, second, visit_other_method, &search) ? MATCH_METHOD : MATCH_NOTHING;
    count = index_find_wild(method, &patterns);
    return find_in(patterns, count, method, &search, match) ? MATCH_ROUTE : MATCH_NOTHING;
}

/* ---- the whole ---- */

/* Doubled slashes and dot segments: both peers redirect, which is how "/containers//name/json" of old clients works. */
static bool needs_cleaning(const char *path, const char *end)
{
    for (const char *at = path; at < end; at++) {
        if (*at != '/')
            continue;
        size_t len = strcspn(at + 1, "/?");
        if ((len == 0 && at + 1 < end) || (len == 1 && at[1] == '.') || (len == 2 && at[1] == '.' && at[2] == '.'))
            return true;
    }
    return false;
}

static const char *cleaned(struct arena *arena, const char *path, const char *end, const char *query_mark)
{
    const char *clean = path_clean(arena, arena_strndup(arena, path, (size_t)(end - path)));
    bool slash = end[-1] == '/' && clean[1];
    return arena_printf(arena, "%s%s%s", clean, slash ? "/" : "", query_mark);
}

int match_request(struct arena *arena, const char *method, const char *target, struct match *ret_match,
                  struct error **err)
{
    struct match *match = ret_match;
    *match = (struct match){ .version_text = "" };
    const char *end = strchrnul(target, '?');
    match->query = *end ? end + 1 : "";
    const char *rest = take_version(arena, target, match);
    if (*target == '/' && needs_cleaning(target, end)) {
        match->result = MATCH_ELSEWHERE;
        match->location = cleaned(arena, target, end, end);
        return 0;
    }
    struct path path = { .arena = arena };
    match->result = MATCH_NOTHING;
    if (cut_path(&path, rest, end, err) < 0)
        return -1;
    match->result = find_route(method, &path, match);
    if (match->result == MATCH_ROUTE && match->dialect == DIALECT_DOCKER)
        return check_level(match, err);
    return 0;
}
