/* POST /libpod/commit */
#include <string.h>

#include "api/call.h"
#include "api/libpod/tables.h"
#include "api/types/libpod/libpod.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/files/commit.h"

#define COMMIT_PARAMS(P)                                                                                 \
    P(QUERY, STR, container, "container", NULL, "Name or id of the container")                           \
    P(QUERY, STR, repo, "repo", NULL, "Name of the image; none: it gets none")                           \
    P(QUERY, STR, tag, "tag", NULL, "Its tag; none: latest")                                             \
    P(QUERY, STR, comment, "comment", NULL, "What the image is for")                                     \
    P(QUERY, STR, author, "author", NULL, "Who made it")                                                 \
    P(QUERY, ENUM, format, "format", "oci|docker", "Of manifest and configuration")                      \
    P(QUERY, BOOL, pause, "pause", "true", "The container stands still meanwhile")                       \
    P(QUERY, BOOL, squash, "squash", "false", "One layer that has everything")                           \
    P(QUERY, BOOL, stream, "stream", "false", "Tell how it goes; the last document has the image's id")  \
    P(QUERY, LIST, changes, "changes", NULL, "Dockerfile instructions to apply")
PARAMS(commit_params, COMMIT_PARAMS)

static int tell(struct call *call, const char *text, struct error **err)
{
    const struct libpod_commit_report line = { .stream = text };
    return reply_next(call, libpod_commit_report_schema(), &line, err);
}

static int post_commit(struct call *call, struct error **err)
{
    const struct commit_params *p = call->params;
    const char *name, *tag = str_empty(p->tag) ? "" : arena_printf(call->arena, ":%s", p->tag);
    char id[65];
    const struct container_commit commit = {
        .reference = str_empty(p->repo) ? NULL : arena_printf(call->arena, "%s%s", p->repo, tag),
        .author = p->author,
        .comment = p->comment,
        .changes = p->changes,
        .docker_format = !strcmp(p->format, "docker"),
        .pause = p->pause,
        .squash = p->squash,
    };
    if (str_empty(p->container))
        return error_set(err, ERROR_INVALID, 0, "container: missing, expected the name or id of a container");
    if (container_commit(call->engine, call->arena, p->container, call_rules(call), &commit, id, &name, err) < 0)
        return -1;
    if (p->stream) {
        if (tell(call, "Writing manifest to image destination\n", err) < 0)
            return -1;
        return tell(call, id, err);
    }
    const struct libpod_commit_report made = { .id = id };
    return reply_next(call, libpod_commit_report_schema(), &made, err);
}

const struct route libpod_commit[] = {
    {
        ROUTE(POST, "/libpod/commit"),
        .id = "ImageCommitLibpod",
        .tag = "images",
        .summary = "Make an image of a container",
        .params = commit_params_table,
        .rights = "containers:commit",
        .handler = post_commit,
        .responses = {
            { 200, libpod_commit_report_schema, "The image; with stream a line for each step", STREAM, NULL },
            BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
