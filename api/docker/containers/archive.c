/* GET, HEAD and PUT /containers/{id}/archive */
#include "api/call.h"
#include "api/docker/containers_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/error.h"
#include "core/container/files/archive.h"

#define STAT_MAX (64u << 10)

#define ARCHIVE_PARAMS(P)                                       \
    P(PATH, STR, id, "id", NULL, "Name or id of the container") \
    P(QUERY, STR, path, "path", NULL, "Path in the container; one that ends in a slash or in /. is a directory, through links")
PARAMS(archive_params, ARCHIVE_PARAMS)

#define PUT_PARAMS(P)                                                                                                          \
    P(PATH, STR, id, "id", NULL, "Name or id of the container")                                                                \
    P(QUERY, STR, path, "path", NULL, "A directory in the container, through links")                                           \
    P(QUERY, BOOL, no_overwrite, "noOverwriteDirNonDir", "false", "Refuse to replace a directory by something else, and the reverse") \
    P(QUERY, BOOL, copy_ids, "copyUIDGID", "false", "Give everything to whom the container runs as; else to whom the archive says")
PARAMS(put_params, PUT_PARAMS)

static void add_stat(struct call *call, const struct container_file *file)
{
    autobuf text = BUF(STAT_MAX);
    const struct docker_path_stat stat = {
        .name = file->name,
        .size = file->size,
        .mode = file->mode,
        .modified = file->modified_unix_ns,
        .target = file->target,
    };
    schema_encode(&text, docker_path_stat_schema(), &stat, SCHEMA_NEWEST);
    call->ops->add_header(call, "X-Docker-Container-Path-Stat", str_base64(call->arena, text.data, text.len));
}

static struct container_archive *open_archive(struct call *call, struct error **err)
{
    const struct archive_params *p = call->params;
    struct container_archive *archive = container_archive_open(call->engine, call->arena, call_rules(call), p->id, p->path, false, err);
    if (archive)
        add_stat(call, container_archive_file(archive));
    return archive;
}

static int head_archive(struct call *call, struct error **err)
{
    autoarchive *archive = open_archive(call, err);
    return archive ? reply_empty(call, 200, err) : -1;
}

static int get_archive(struct call *call, struct error **err)
{
    autoarchive *archive = open_archive(call, err);
    return archive ? container_archive_send(archive, NULL, &call->sink, err) : -1;
}

static int put_archive(struct call *call, struct error **err)
{
    const struct put_params *p = call->params;
    const struct source body = call_body(call);
    const struct container_put put = {
        .path = p->path,
        .keep_directories = p->no_overwrite,
        .owned_by_user = p->copy_ids,
    };
    if (container_archive_put(call->engine, call_rules(call), p->id, &put, &body, err) < 0)
        return -1;
    return reply_empty(call, 200, err);
}

const struct route docker_containers_archive[] = {
    {
        ROUTE(GET, "/containers/{id}/archive"),
        .id = "ContainerArchive",
        .tag = "containers",
        .summary = "A file or directory of a container as a tar, with what it is in the header X-Docker-Container-Path-Stat",
        .params = archive_params_table,
        .rights = "containers:copy",
        .handler = get_archive,
        .responses = { { 200, NULL, "The archive", RAW, "application/x-tar" }, BAD_PARAMETER, NO_SUCH_PATH, CONFLICT, INTERNAL_ERROR },
    },
    {
        ROUTE(HEAD, "/containers/{id}/archive"),
        .id = "ContainerArchiveInfo",
        .tag = "containers",
        .summary = "What a file of a container is: the header X-Docker-Container-Path-Stat, base64 of JSON",
        .params = archive_params_table,
        .rights = "containers:copy",
        .handler = head_archive,
        .responses = { { 200, NULL, "It is there", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_PATH, CONFLICT, INTERNAL_ERROR },
    },
    {
        ROUTE(PUT, "/containers/{id}/archive"),
        .id = "PutContainerArchive",
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
