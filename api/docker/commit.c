/* POST /commit */
#include <string.h>

#include "api/call.h"
#include "api/docker/containers/spec_parts.h"
#include "api/docker/images_tables.h"
#include "api/types/docker/docker.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/container/files/commit.h"

#define COMMIT_PARAMS(P)                                                                                          \
    P(QUERY, STR, container, "container", NULL, "Name or id of the container")                                    \
    P(QUERY, STR, repo, "repo", NULL, "Name of the image; none: it gets none")                                    \
    P(QUERY, STR, tag, "tag", NULL, "Its tag; none: latest")                                                      \
    P(QUERY, STR, comment, "comment", NULL, "What the image is for")                                              \
    P(QUERY, STR, author, "author", NULL, "Who made it")                                                          \
    P(QUERY, BOOL, pause, "pause", "true", "The container stands still meanwhile")                                \
    P(QUERY, LIST, changes, "changes", NULL, "Dockerfile instructions to apply; several may stand in lines of one")
PARAMS(commit_params, COMMIT_PARAMS)

/* Each line is an instruction. */
static struct str_list split_changes(struct call *call, const struct str_list *changes)
{
    struct str_list all = { 0 };
    for (size_t i = 0; i < changes->count; i++) {
        struct str_list lines = str_split(call->arena, changes->items[i], '\n');
        for (size_t j = 0; j < lines.count; j++)
            if (lines.items[j][strspn(lines.items[j], " \t\r")])
                str_list_add(call->arena, &all, lines.items[j]);
    }
    return all;
}

static void take_body(struct call *call, struct container_commit *commit)
{
    const struct docker_container_config *body = call->body;
    if (!body)
        return;
    commit->user = body->user;
    commit->workdir = body->workdir;
    commit->stop_signal = body->stop_signal;
    commit->command = body->cmd;
    commit->entrypoint = body->entrypoint;
    commit->env = body->env;
    commit->exposed_ports = body->exposed_ports;
    commit->volumes = body->volumes;
    commit->on_build = body->on_build;
    commit->labels = body->labels;
    commit->health = body->health && body->health->test.count ? spec_health(call->arena, body->health) : NULL;
}

static int post_commit(struct call *call, struct error **err)
{
    const struct commit_params *p = call->params;
    const char *name, *tag = str_empty(p->tag) ? "" : arena_printf(call->arena, ":%s", p->tag);
    char id[65];
    struct container_commit commit = {
        .reference = str_empty(p->repo) ? NULL : arena_printf(call->arena, "%s%s", p->repo, tag),
        .author = p->author,
        .comment = p->comment,
        .changes = split_changes(call, &p->changes),
        .docker = true,
        .docker_format = true,
        .pause = p->pause,
    };
    if (str_empty(p->container))
        return error_set(err, ERROR_INVALID, 0, "container: missing, expected the name or id of a container");
    take_body(call, &commit);
    if (container_commit(call->engine, call->arena, p->container, call_rules(call), &commit, id, &name, err) < 0)
        return -1;
    const struct docker_id made = { .id = arena_printf(call->arena, "sha256:%s", id) };
    return reply(call, 201, docker_id_schema(), &made, err);
}

const struct route docker_commit[] = {
    {
        ROUTE(POST, "/commit"),
        .id = "ImageCommit",
        .tag = "images",
        .summary = "Make an image of a container",
        .params = commit_params_table,
        .body_kind = BODY_JSON_OPTIONAL,
        .body = docker_container_config_schema,
        .rights = "containers:commit",
        .handler = post_commit,
        .responses = {
            { 201, docker_id_schema, "The image", REPLY_OBJECT, NULL }, BAD_PARAMETER, NO_SUCH_CONTAINER, CONFLICT, INTERNAL_ERROR,
        },
    },
    { 0 },
};
