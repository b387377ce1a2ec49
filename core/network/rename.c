/* Another name for a container that runs, where the others ask for it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/mem.h"
#include "core/base/path.h"
#include "core/engine.h"
#include "core/network/netavark.h"
#include "core/network/network.h"
#include "core/network/request.h"

#define MAX_NAMES (16u << 20)
#define NAMES_FIELD 3 /* of "ID IPv4 IPv6 NAME,ALIAS,… SERVERS", where any but the first may be empty */

/* The line with another first name. */
static void put_renamed(struct buf *out, const char *line, const char *name)
{
    const char *at = line;
    for (int field = 0; field < NAMES_FIELD && *at; at++)
        field += *at == ' ';
    buf_append(out, line, (size_t)(at - line));
    buf_printf(out, "%s%s\n", name, at + strcspn(at, ", "));
}

/* Whoever reads the folder takes any file in it for a network's: the new one is written beside it. */
static int replace(struct arena *arena, const char *dir, const char *path, const struct buf *text, struct error **err)
{
    const char *fresh = arena_printf(arena, "%s/names.new", dir);
    if (path_write_inplace(fresh, text->data, text->len, 0644, err) < 0)
        return -1;
    return rename(fresh, path) < 0 ? error_set(err, ERROR_INTERNAL, errno, "renaming %s to %s", fresh, path) : 0;
}

/* 1 changed, 0 it is not in that file, or there is none */
static int rename_in(struct arena *arena, const char *dir, const char *network, const struct container *ctr, struct error **err)
{
    const char *path = arena_printf(arena, "%s/aardvark-dns/%s", dir, network);
    autoerror *none = NULL;
    autofree char *text = path_read(path, MAX_NAMES, NULL, &none);
    struct str_list lines = str_split(arena, text ? text : "", '\n');
    autobuf changed = BUF(MAX_NAMES);
    bool found = false;
    for (size_t i = 0; i < lines.count; i++) {
        bool ours = str_starts(lines.items[i], ctr->id) && lines.items[i][strlen(ctr->id)] == ' ';
        if (ours)
            put_renamed(&changed, lines.items[i], ctr->name);
        else
            buf_printf(&changed, "%s\n", lines.items[i]);
        found |= ours;
    }
    if (!found)
        return 0;
    if (changed.full)
        return error_set(err, ERROR_TOO_LARGE, 0, "%s is larger than %u bytes", path, MAX_NAMES);
    return replace(arena, dir, path, &changed, err) < 0 ? -1 : 1;
}

/* The number may be another's by now: the process has our folder on its command line. */
static void wake_aardvark(struct arena *arena, const char *dir)
{
    autoerror *none = NULL;
    autofree char *text = path_read(arena_printf(arena, "%s/aardvark-dns/aardvark.pid", dir), 32, NULL, &none);
    long long pid = text ? strtoll(text, NULL, 10) : 0;
    size_t len = 0;
    error_clear(&none);
    autofree char *line = pid > 0 ? path_read(arena_printf(arena, "/proc/%lld/cmdline", pid), 65536, &len, &none) : NULL;
    if (line && memmem(line, len, dir, strlen(dir)))
        kill((pid_t)pid, SIGHUP);
}

static int rename_everywhere(struct engine *engine, struct arena *arena, const struct container *ctr, const struct netavark_request *request,
                             struct error **err)
{
    const char *dir = arena_printf(arena, "%s/netavark", engine->run_dir);
    int changed = 0;
    autofd lock = netavark_lock(engine, arena, err);
    if (lock < 0)
        return -1;
    for (size_t i = 0; i < request->networks.count; i++) {
        const char *network = request->networks.items[i].key;
        int there = rename_in(arena, dir, network, ctr, err);
        int inner = there < 0 ? -1 : rename_in(arena, dir, arena_printf(arena, "%s%%int", network), ctr, err); /* as newer ones call it */
        if (inner < 0)
            return -1;
        changed += there + inner;
    }
    if (changed)
        wake_aardvark(arena, dir);
    return 0;
}

int network_rename(struct engine *engine, const struct container *ctr, struct error **err)
{
    autoarena *arena = arena_new();
    struct netavark_request *request = request_load(engine, arena, ctr->id, err);
    if (!request) {
        if ((*err)->kind != ERROR_NOT_FOUND)
            return -1;
        error_clear(err);
        return 0; /* it is on no network */
    }
    request->container_name = ctr->name; /* a reload gives it again */
    const char *text = request_text(arena, request, err);
    if (!text || request_store(engine, arena, ctr->id, text, err) < 0)
        return -1;
    return rename_everywhere(engine, arena, ctr, request, err);
}
