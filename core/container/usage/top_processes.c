#include "core/container/usage/top_processes.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/container/container.h"

#define MAX_CGROUP_FILE 65536

struct container *top_find(struct engine *engine, const char *key, struct error **err)
{
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr)
        return NULL;
    if ((ctr->state == CONTAINER_RUNNING || ctr->state == CONTAINER_PAUSED) && ctr->pid)
        return container_ref(ctr);
    error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running: it is %s", ctr->id, container_state_text(ctr->state));
    return NULL;
}

static bool is_in_cgroup(const char *pid, const char *id)
{
    autoerror *gone = NULL;
    autofree char *path = mem_printf("/proc/%s/cgroup", pid);
    autofree char *text = path_read(path, MAX_CGROUP_FILE, NULL, &gone);
    return text && strstr(text, id);
}

static ino_t pid_namespace(const char *pid)
{
    struct stat st;
    autofree char *path = mem_printf("/proc/%s/ns/pid", pid);
    return stat(path, &st) < 0 ? 0 : st.st_ino;
}

/* Its cgroup has its id in the path, in every hierarchy; where there is none, its own pid namespace tells. */
void top_processes(struct arena *arena, const struct container *ctr, struct str_list *ret_pids)
{
    struct dirent **entries;
    const char *init = arena_printf(arena, "%lld", (long long)ctr->pid);
    bool is_private = str_empty(ctr->spec->pid_mode) || str_eq(ctr->spec->pid_mode, "private");
    ino_t own = is_private ? pid_namespace(init) : 0;
    int count = scandir("/proc", &entries, NULL, versionsort);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (str_to_int(name) > 0 && (is_in_cgroup(name, ctr->id) || (own && pid_namespace(name) == own)))
            str_list_add(arena, ret_pids, arena_strdup(arena, name));
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
}
