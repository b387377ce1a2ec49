#include "api/docker/containers/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "api/docker/containers/inspect_parts.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/clock.h"
#include "core/container/container.h"

static const char *command_line(struct arena *arena, const struct container *ctr)
{
    struct str_list line = str_list_copy(arena, &ctr->entrypoint);
    for (size_t i = 0; i < ctr->command.count; i++) {
        const char *word = ctr->command.items[i];
        bool quoted = strpbrk(word, " \t\n") != NULL;
        str_list_add(arena, &line, quoted ? arena_printf(arena, "'%s'", word) : word);
    }
    return str_join(arena, &line, " ");
}

/* Published ports, then those that are exposed only; none when it does not run. */
static void show_ports(struct arena *arena, const struct container *ctr, struct docker_list_container *shown)
{
    struct docker_network_settings settings;
    if (!ctr->pid)
        return;
    inspect_network_settings(arena, ctr, &settings);
    size_t room = settings.ports.count;
    for (size_t i = 0; i < settings.ports.count; i++)
        room += settings.ports.items[i].value.count;
    shown->ports.items = arena_array(arena, room, sizeof *shown->ports.items);
    for (size_t i = 0; i < settings.ports.count; i++) {
        const char *key = settings.ports.items[i].key;
        struct docker_list_port port = { .private_port = strtoll(key, NULL, 10), .type = strchr(key, '/') + 1 };
        size_t bindings = settings.ports.items[i].value.count;
        for (size_t j = 0; j < bindings; j++) {
            port.ip = settings.ports.items[i].value.items[j].host_ip;
            port.public_port = str_to_int(settings.ports.items[i].value.items[j].host_port);
            shown->ports.items[shown->ports.count++] = port;
        }
        if (!bindings)
            shown->ports.items[shown->ports.count++] = port;
    }
}

void docker_summarize_container(struct arena *arena, const struct container *ctr, int64_t now,
                                struct docker_list_container *ret_shown)
{
    char *status = container_status_text(ctr, now);
    *ret_shown = (struct docker_list_container){
        .id = ctr->id,
        .image = inspect_image_name(arena, ctr),
        .image_id = str_empty(ctr->image_id) ? "" : arena_printf(arena, "sha256:%s", ctr->image_id),
        .command = command_line(arena, ctr),
        .created = ctr->created_unix_ns / CLOCK_SECOND,
        .labels = ctr->labels,
        .state = inspect_state_word(ctr),
        .status = arena_strdup(arena, status),
        .host = { .network_mode = inspect_network_mode(ctr), .annotations = ctr->spec->annotations },
    };
    free(status);
    str_list_add(arena, &ret_shown->names, arena_printf(arena, "/%s", ctr->name));
    show_ports(arena, ctr, ret_shown);
    inspect_endpoints(arena, ctr, &ret_shown->network_settings);
    ret_shown->mounts.count = inspect_mount_points(arena, ctr, &ret_shown->mounts.items);
}
