#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/registries.h"
#include "core/registry/settings.h"

#define DOCKER_HOST "registry-1.docker.io"

static bool is_border(char c)
{
    return c == '\0' || c == '/' || c == ':' || c == '@';
}

/* How much of a name a prefix covers; 0: it is for another. "*.example.com" covers hosts below it. */
static size_t covered(const char *name, const char *prefix)
{
    size_t len = strlen(prefix);
    if (!str_starts(prefix, "*."))
        return str_starts(name, prefix) && is_border(name[len]) ? len : 0;
    size_t host = strcspn(name, "/");
    const char *found = strstr(name, prefix + 1);
    if (!found || found == name || (size_t)(found - name) > host)
        return 0;
    size_t end = (size_t)(found - name) + len - 1;
    return is_border(name[end]) ? end : 0;
}

static const struct registries_entry *find_entry(const struct registries *registries, const char *name,
                                                 size_t *ret_covered)
{
    const struct registries_entry *best = NULL;
    for (size_t i = 0; i < registries->entries.count; i++) {
        const struct registries_entry *entry = &registries->entries.items[i];
        size_t len = covered(name, entry->prefix);
        if (!len || (best && strlen(entry->prefix) <= strlen(best->prefix)))
            continue;
        best = entry;
        *ret_covered = len;
    }
    return best;
}

/* host/path as it is to be asked for at @location. */
static int add(struct arena *arena, struct registry_endpoints *endpoints, const char *location, const char *rest,
               bool insecure, bool mirror, struct error **err)
{
    struct reference at;
    if (reference_parse(arena, arena_printf(arena, "%s%s", location, rest), "", &at, err) < 0 || !*at.domain) {
        error_clear(err);
        return error_set(err, ERROR_INVALID, 0,
                         "location \"%s\": expected HOST[:PORT][/PATH], the host with a dot, a "
                         "port, or localhost",
                         location);
    }
    endpoints->items[endpoints->count++] = (struct registry_endpoint){
        .host = !strcmp(at.domain, "docker.io") ? DOCKER_HOST : at.domain,
        .auth_host = at.domain,
        .repository = at.path,
        .insecure = insecure,
        .mirror = mirror,
    };
    return 0;
}

static bool is_taken(const struct registries_entry *entry, const struct registries_mirror *mirror, bool by_digest)
{
    if (entry->mirror_by_digest_only || mirror->take == REGISTRIES_DIGEST_ONLY)
        return by_digest;
    return mirror->take == REGISTRIES_ALL || !by_digest;
}

int registry_find_endpoints(struct arena *arena, const struct reference *reference,
                            struct registry_endpoints *ret_endpoints, struct error **err)
{
    struct registries registries;
    struct registry_endpoints endpoints = { 0 };
    const char *name = arena_printf(arena, "%s/%s", reference->domain, reference->path);
    const char *full = reference_text(arena, reference); /* a prefix may hold a tag */
    size_t len = 0;
    if (registries_read(arena, &registries, err) < 0)
        return -1;
    const struct registries_entry *entry = find_entry(&registries, full, &len);
    if (entry && entry->blocked)
        return error_set(err, ERROR_FORBIDDEN, 0, "registry %s is blocked in %s", entry->prefix, entry->file);
    endpoints.items = arena_array(arena, (entry ? entry->mirrors.count : 0) + 1, sizeof *endpoints.items);
    const char *rest = name + (len < strlen(name) ? len : strlen(name));
    for (size_t i = 0; entry && i < entry->mirrors.count; i++) {
        const struct registries_mirror *mirror = &entry->mirrors.items[i];
        if (is_taken(entry, mirror, reference->digest) &&
            add(arena, &endpoints, mirror->location, rest, mirror->insecure, true, err) < 0)
            return error_wrap(err, "%s", entry->file);
    }
    bool elsewhere = entry && !str_empty(entry->location);
    if (add(arena, &endpoints, elsewhere ? entry->location : name, elsewhere ? rest : "", entry && entry->insecure,
            false, err) < 0)
        return -1;
    *ret_endpoints = endpoints;
    return 0;
}
