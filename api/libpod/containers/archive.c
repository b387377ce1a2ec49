/* GET, HEAD and PUT /libpod/containers/{name}/archive */
#include <string.h>

#include "api/call.h"
#include "api/libpod/rename_map.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/files/archive.h"

#define STAT_MAX (64u << 10)

#define ARCHIVE_PARAMS(P)                                       \
    P(PATH, STR, container, "name", NULL, "Name or id of the container") \
    P(QUERY, STR, path, "path", NULL, "Path in the container; links are followed")                        \
    P(QUERY, STR, rename, "rename", NULL, "JSON: other names in the archive, {\"name\":\"instead\"}; directories stand for what is in them")
PARAMS(archive_params, ARCHIVE_PARAMS)

#define PUT_PARAMS(P)                                                                                                          \
    P(PATH, STR, container, "name", NULL, "Name or id of the container")                                                         \
    P(QUERY, STR, path, "path", NULL, "A directory in the container, through links; it is made when it is missing")            \
    P(QUERY, STR, rename, "rename", NULL, "JSON: other names for what is in the archive, {\"name\":\"instead\"}")                       \
    P(QUERY, BOOL, pause, "pause", "true", "Heard: nothing that a container does meanwhile can lead the copy astray")           \
    P(QUERY, BOOL, no_overwrite, "noOverwriteDirNonDir", "false", "Refuse to replace a directory by something else, and the reverse") \
    P(QUERY, BOOL, copy_ids, "copyUIDGID", "true", "Give everything to whom the container runs as; else to whom the archive says")
PARAMS(put_params, PUT_PARAMS)

/* podman's clients put a slash behind what may be a file. */
static const char *trim_slashes(struct call *call, const char *path)
{
    size_t len = path ? strlen(path) : 0;
    while (len > 1 && path[len - 1] == '/')
        len--;
    return len ? arena_strndup(call->arena, path, len) : path;
}

/* Of a link it says where it leads, and what it is itself. */
static void add_stat(struct call *call, const struct container_file *file)
{
    autobuf text = BUF(STAT_MAX);
    bool link = !str_empty(file->target), root = !strcmp(file->name, "/");
    const char *where = link ? file->target : file->path;
    if (!strcmp(file->name, ".")) /* clients copy what is there as it stands: only what is in the directory */
        where = arena_printf(call->arena, "%s/.", strcmp(where, "/") ? where : "");
    const struct libpod_path_stat stat = {
        .name = root ? "." : link && strcmp(file->name, ".") ? path_base(file->target) : file->name,
        .size = file->size,
        .mode = file->mode,
        .modified = file->modified_unix_ns,
        .is_directory = file->is_directory,
        .target = root ? "/." : where,
    };
    schema_encode(&text, libpod_path_stat_schema(), &stat, SCHEMA_NEWEST);
    call->ops->add_header(call, "X-Docker-Container-Path-Stat", str_base64(call->arena, text.data, text.len));
}

/* A link that leads to nothing is told of, and not found. */
static struct container_archive *open_archive(struct call *call, struct error **err)
{
    const struct archive_params *p = call->params;
    struct container_archive *archive =
        container_archive_open(call->engine, call->arena, call_rules(call), p->container, trim_slashes(call, p->path), true, err);
    if (archive)
        add_stat(call, container_archive_file(archive));
    return archive;
}

static int head_archive(struct call *call, struct error **err)
{
    autoarchive *archive = open_archive(call, err);
    if (!archive)
        return -1;
    const struct container_file *file = container_archive_file(archive);
    if (file->missing)
        return error_set_about(err, ERROR_NOT_FOUND, "path", file->path, "%s leads to %s, which is not there", file->path, file->target);
    return reply_empty(call, 200, err);
}

static int get_archive(struct call *call, struct error **err)
{
    const struct archive_params *p = call->params;
    struct str_map rename = { 0 };
    if (libpod_rename_map(call, p->rename, &rename, err) < 0)
        return -1;
    autoarchive *archive = open_archive(call, err);
    return archive ? container_archive_send(archive, &rename, &call->sink, err) : -1;
}

static int put_archive(struct call *call, struct error **err)
{
    const struct put_params *p = call->params;
    const struct source body = call_body(call);
    struct str_map rename = { 0 };
    if (libpod_rename_map(call, p->rename, &rename, err) < 0)
        return -1;
    const struct container_put put = {
        .path = p->path,
        .make = true,
        .keep_directories = p->no_overwrite,
        .owned_by_user = p->copy_ids,
        .rename = rename.count ? &rename : NULL,
    };
    if (container_archive_put(call->engine, call_rules(call), p->container, &put, &body, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route libpod_containers_archive[] = {
    {
        ROUTE(GET, "/libpod/containers/{name}/archive"),
        .id = "ContainerArchiveLibpod",
        .tag = "containers",
        .summary = "A file or directory of a container as a tar, with what it is in the header X-Docker-Container-Path-Stat",
        .params = archive_params_table,
        .rights = "containers:copy",
        .handler = get_archive,
        .responses = { { 200, NULL, "The archive", RAW, "application/x-tar" }, BAD_PARAMETER, NO_SUCH_PATH, CONFLICT, INTERNAL_ERROR },
    },
    {
        ROUTE(HEAD, "/libpod/containers/{name}/archive"),
        .id = "ContainerArchiveInfoLibpod",
        .tag = "containers",
        .summary = "What a file of a container is: the header X-Docker-Container-Path-Stat, base64 of JSON",
        .params = archive_params_table,
        .rights = "containers:copy",
        .handler = head_archive,
        .responses = { { 200, NULL, "It is there", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_PATH, CONFLICT, INTERNAL_ERROR },
    },
    {
        ROUTE(PUT, "/libpod/containers/{name}/archive"),
        .id = "PutContainerArchiveLibpod",
        .tag = "containers",
        .summary = "Put what a tar has into a directory of a container; plain or compressed with gzip, bzip2, xz or zstd",
        .params = put_params_table,
        .body_kind = BODY_STREAM,
        .rights = "containers:copy",
        .handler = put_archive,
        .responses = {
            { 200, NULL, "Done", REPLY_OBJECT, NULL }, BAD_PARAMETER,
            { 403, NULL, "The volume or the container's root is read-only", REPLY_OBJECT, NULL }, NO_SUCH_PATH, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
