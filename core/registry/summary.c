#include "core/base/arena.h"
#include "core/registry/registries.h"
#include "core/registry/settings.h"

static void add_host(struct arena *arena, struct str_list *list, const char *name)
{
    if (!str_list_has(list, name))
        str_list_add(arena, list, name);
}

int registry_summarise(struct arena *arena, struct registry_summary *ret_summary, struct error **err)
{
    struct registries registries;
    struct registry_summary summary = { 0 };
    if (registries_read(arena, &registries, err) < 0)
        return -1;
    summary.search = registries.search;
    for (size_t i = 0; i < registries.entries.count; i++) {
        const struct registries_entry *entry = &registries.entries.items[i];
        const char *location = str_or(entry->location, entry->prefix);
        if (entry->blocked)
            add_host(arena, &summary.blocked, location);
        if (entry->insecure)
            add_host(arena, &summary.insecure, location);
    }
    *ret_summary = summary;
    return 0;
}
