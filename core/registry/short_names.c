#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/image/image.h"
#include "core/registry/registries.h"
#include "core/registry/settings.h"

/* A host with or without a path in front of a name, as a full reference. */
static int add(struct arena *arena, const char *name, struct str_list *candidates, struct error **err)
{
    struct reference reference;
    if (reference_parse(arena, name, "docker.io", &reference, err) < 0)
        return -1;
    if (!reference.digest)
        reference.tag = str_or(reference.tag, "latest");
    str_list_add(arena, candidates, reference_text(arena, &reference));
    return 0;
}

/* Where the tag or digest of a short name begins. */
static size_t end_of_name(const char *name)
{
    return strcspn(name, ":@");
}

static int expand(struct arena *arena, const struct registries *registries, const char *name,
                  struct str_list *candidates, struct error **err)
{
    size_t len = end_of_name(name);
    const char *alias = str_map_get(&registries->aliases, arena_strndup(arena, name, len));
    if (!str_empty(alias) && registries->mode != REGISTRIES_DISABLED) {
        if (add(arena, arena_printf(arena, "%s%s", alias, name + len), candidates, err) < 0)
            return error_wrap(err, "alias of \"%s\"", name);
        return 0;
    }
    if (!registries->search.count)
        return error_set(
            err, ERROR_INVALID, 0,
            "short-name \"%s\" did not resolve to an alias and no unqualified-search-registries are defined "
            "in \"%s\": write it with its host (docker.io/library/NAME) or define them there",
            name, registries->file);
    if (registries->search.count > 1 && registries->mode == REGISTRIES_ENFORCING)
        return error_set(err, ERROR_INVALID, 0,
                         "short-name \"%s\": short-name resolution enforced but cannot prompt without a TTY: write it "
                         "with its host, or set short-name-mode = \"permissive\" in \"%s\"",
                         name, registries->file);
    for (size_t i = 0; i < registries->search.count; i++)
        if (add(arena, arena_printf(arena, "%s/%s", registries->search.items[i], name), candidates, err) < 0)
            return -1;
    return 0;
}

int registry_expand_short_name(struct arena *arena, const char *name, struct str_list *ret_candidates,
                               struct error **err)
{
    struct registries registries;
    struct str_list candidates = { 0 };
    if (registries_read(arena, &registries, err) < 0 || expand(arena, &registries, name, &candidates, err) < 0)
        return -1;
    *ret_candidates = candidates;
    return 0;
}
