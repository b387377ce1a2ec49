#include <string.h>
#include <sys/utsname.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/base/sink.h"
#include "core/engine.h"
#include "core/image/assemble.h"
#include "core/image/change.h"
#include "core/image/documents.h"
#include "core/image/image.h"
#include "core/image/new_name.h"
#include "core/image/platform.h"
#include "core/image/tell.h"
#include "core/store/store.h"

static int make_config(struct arena *arena, const struct image_import_options *options, struct image_config *config,
                       struct error **err)
{
    struct platform platform;
    if (platform_parse(arena, options->platform, &platform, err) < 0)
        return -1;
    *config = (struct image_config){
        .created = clock_now(),
        .architecture = platform.architecture,
        .os = platform.os,
        .variant = platform.variant,
        .comment = options->message,
    };
    for (size_t i = 0; i < options->changes.count; i++)
        if (image_change(arena, &config->config, options->changes.items[i], err) < 0)
            return -1;
    return 0;
}

static struct image_document write_config(struct arena *arena, struct image_config *config, const char *diff_digest)
{
    struct image_step step = { .created = config->created, .created_by = "/bin/sh -c #(nop) ADD file", .comment = config->comment };
    config->rootfs.type = "layers";
    str_list_add(arena, &config->rootfs.diff_ids, arena_strdup(arena, diff_digest));
    config->history.items = arena_zalloc(arena, sizeof step);
    config->history.items[0] = step;
    config->history.count = 1;
    autobuf out = BUF(IMAGE_MAX_DOCUMENT);
    schema_encode(&out, image_config_schema(), config, SCHEMA_NEWEST);
    return (struct image_document){ arena_strndup(arena, buf_text(&out), out.len), out.len };
}

int image_import(struct engine *engine, const struct source *from, const struct image_import_options *options,
                 char ret_id[65], struct error **err)
{
    autoarena *arena = arena_new();
    struct image_config config;
    const char *name;
    if (image_new_name(arena, options->reference, options->docker, &name, err) < 0 || make_config(arena, options, &config, err) < 0)
        return -1;
    const struct store_stage_options staging = { .compressed_size = -1 };
    struct store_staged *staged = store_stage_layer(engine->store, from, &staging, err);
    if (!staged)
        return -1;
    struct image_parts parts = { .staged = &staged };
    const struct image_layer_size layer = { store_staged_diff_digest(staged), store_staged_diff_size(staged) };
    parts.config = write_config(arena, &config, layer.digest);
    parts.manifest = image_write_manifest(arena, &parts.config, &layer, 1, false);
    parts.diff_ids = config.rootfs.diff_ids;
    if (*name)
        str_list_add(arena, &parts.names, name);
    int result = image_assemble(engine, arena, &parts, ret_id, err);
    store_staged_free(staged);
    return result < 0 ? -1 : image_tell(engine, arena, "import", ret_id, name, err);
}
