#include "core/container/files/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/archive/pack.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/base/log.h"
#include "core/base/sink.h"
#include "core/container/container.h"
#include "core/container/files/changes.h"
#include "core/container/files/commit_run.h"
#include "core/container/files/view.h"
#include "core/container/row.h"
#include "core/container/rules/rules.h"
#include "core/container/still.h"
#include "core/engine.h"
#include "core/event/event.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/store/store.h"

/* ---- the layer, made by a thread and read by another ---- */

struct layer {
    int from; /* the tree */
    int lower; /* what is below; -1: nothing */
    bool squash;
    const struct container_view *view;
    struct engine *engine;
    const char *id; /* of the container */
    int out, in; /* the two ends of what carries it */
    struct error *err; /* of the thread */
};

static int send_piece(void *context, const void *data, size_t len, struct error **err)
{
    struct layer *layer = context;
    return fd_write_all(layer->out, data, len, "a layer", err);
}

/* What the engine put there is no part of the image; what the image has there is. */
static bool is_ours(void *context, const char *path)
{
    struct layer *layer = context;
    struct stat st;
    if (!container_own_file(path))
        return false;
    return !layer->squash || layer->lower < 0 || fstatat(layer->lower, path, &st, AT_SYMLINK_NOFOLLOW) < 0;
}

static void *pack_layer(void *context)
{
    struct layer *layer = context;
    const struct sink sink = { .context = layer, .write = send_piece };
    const struct pack_options options = {
        .layer = !layer->squash,
        .leave_out = is_ours,
        .context = layer,
        .owner = layer->squash ? container_view_mapping(layer->view) : NULL, /* the layer itself is not mounted */
        .owners = layer->view->ctr->spec,
    };
    (void)pack_tree(&sink, layer->from, &options, &layer->err);
    fd_close(layer->out);
    layer->out = -1;
    return NULL;
}

/* At the end: its files went while they were read when it was removed meanwhile. */
static bool is_there(const struct layer *layer, struct error **err)
{
    autoerror *gone = NULL;
    autocontainer *now = row_get(layer->engine, layer->id, &gone);
    if (now && now->state != CONTAINER_REMOVING)
        return true;
    error_set_about(err, ERROR_CONFLICT, "container", layer->id, "container %s was removed meanwhile", layer->id);
    return false;
}

static long receive_piece(void *context, void *into, size_t len, struct error **err)
{
    struct layer *layer = context;
    ssize_t n;
    do
        n = recv(layer->in, into, len, 0);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return error_set(err, ERROR_INTERNAL, errno, "reading a layer");
    return n || is_there(layer, err) ? n : -1;
}

/* A tar that ends too early is the packer's fault: its words count. */
static int join_packer(struct layer *layer, pthread_t thread, int rc, struct error **err)
{
    fd_close(layer->in); /* a packer that nobody reads from any more ends */
    layer->in = -1;
    pthread_join(thread, NULL);
    if (!layer->err || (rc < 0 && (*err)->kind != ERROR_INVALID)) {
        error_clear(&layer->err);
        return rc;
    }
    error_clear(err);
    *err = layer->err;
    layer->err = NULL;
    return -1;
}

static int commit_layer(struct engine *engine, struct arena *arena, struct layer *layer, const struct image_commit_options *options,
                        char ret_id[65], const char **ret_name, struct error **err)
{
    int ends[2];
    pthread_t thread;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return error_set(err, ERROR_INTERNAL, errno, "making a pair of sockets");
    layer->out = ends[0];
    layer->in = ends[1];
    int failure = pthread_create(&thread, NULL, pack_layer, layer);
    if (failure) {
        fd_close(layer->out);
        fd_close(layer->in);
        return error_set(err, ERROR_INTERNAL, failure, "starting a thread");
    }
    const struct source source = { layer, receive_piece };
    int rc = image_commit(engine, arena, &source, options, ret_id, ret_name, err);
    return join_packer(layer, thread, rc, err);
}

/* ---- of what ---- */

static int open_tree_of(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_view *view,
                        struct layer *layer, struct error **err)
{
    const char *path = layer->squash ? view->rootfs : store_container_diff(engine->store, arena, ctr->id, err);
    if (!path)
        return -1;
    layer->from = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (layer->from < 0)
        return error_set(err, ERROR_INTERNAL, errno, "opening %s", path);
    layer->lower = layer->squash ? store_open_lower(engine->store, ctr->id, err) : -1;
    return layer->squash && layer->lower < 0 ? -1 : 0;
}

static const char *command_line(struct arena *arena, const struct container *ctr)
{
    struct str_list words = str_list_copy(arena, &ctr->entrypoint);
    for (size_t i = 0; i < ctr->command.count; i++)
        str_list_add(arena, &words, ctr->command.items[i]);
    return str_join(arena, &words, " ");
}

static int tell(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_commit *commit,
                const char *id, const char *name, struct error **err)
{
    struct str_map attributes = container_event_attributes(arena, ctr);
    str_map_set(arena, &attributes, "comment", str_or(commit->comment, ""));
    str_map_set(arena, &attributes, "imageID", arena_printf(arena, "sha256:%s", id));
    str_map_set(arena, &attributes, "imageRef", name);
    return event_add_now(engine, "container", "commit", ctr->id, &attributes, err);
}

/* With a view of it open, so that its layers stay while they are read. */
static int commit_view(struct container_view *view, struct arena *arena, const struct container_commit *commit,
                       struct image_commit_options *options, char ret_id[65], const char **ret_name, struct error **err)
{
    struct layer layer = {
        .from = -1, .lower = -1, .squash = commit->squash, .view = view, .engine = view->engine, .id = view->ctr->id, .out = -1, .in = -1,
    };
    int rc = open_tree_of(view->engine, arena, view->ctr, view, &layer, err);
    if (rc == 0)
        rc = commit_layer(view->engine, arena, &layer, options, ret_id, ret_name, err);
    fd_close(layer.from);
    fd_close(layer.lower);
    return rc;
}

static int commit_found(struct engine *engine, struct arena *arena, const struct container *ctr, const struct container_commit *commit,
                        char ret_id[65], const char **ret_name, struct error **err)
{
    if (!str_empty(ctr->spec->rootfs))
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s has the directory %s as its root and no image: it cannot be committed",
                               ctr->name, ctr->spec->rootfs);
    const struct image *image = image_find(engine, arena, arena_printf(arena, "sha256:%s", ctr->image_id), false, err);
    if (!image)
        return -1;
    const struct image_config_run run = container_commit_run(arena, ctr, image, commit);
    struct image_commit_options options = {
        .base = commit->squash ? NULL : ctr->image_id,
        .reference = commit->reference,
        .author = commit->author,
        .comment = commit->comment,
        .created_by = command_line(arena, ctr),
        .run = &run,
        .changes = commit->changes,
        .docker = commit->docker,
        .docker_format = commit->docker_format,
    };
    struct container_view view;
    struct container_still still;
    if (image_commit_check(arena, &options, err) < 0 || container_still_begin(engine, arena, ctr, commit->pause, &still, err) < 0)
        return -1;
    int rc = container_view_open(engine, arena, ctr, &view, err);
    if (rc == 0)
        rc = commit_view(&view, arena, commit, &options, ret_id, ret_name, err);
    container_view_close(&view);
    container_still_end(&still);
    return rc < 0 ? -1 : tell(engine, arena, ctr, commit, ret_id, *ret_name, err);
}

int container_commit(struct engine *engine, struct arena *arena, const char *key, const struct container_rules *rules,
                     const struct container_commit *commit, char ret_id[65], const char **ret_name, struct error **err)
{
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || (rules && container_rules_check(engine, rules, ctr, err) < 0))
        return -1;
    return commit_found(engine, arena, ctr, commit, ret_id, ret_name, err);
}
