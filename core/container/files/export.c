#include <errno.h>
#include <fcntl.h>

#include "core/archive/pack.h"
#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/fd.h"
#include "core/container/container.h"
#include "core/container/files/view.h"
#include "core/container/rules/rules.h"

int container_export(struct engine *engine, const char *key, const struct container_rules *rules, const struct sink *to,
                     struct error **err)
{
    autoarena *arena = arena_new();
    struct container_view view;
    autocontainer *ctr = container_find(engine, key, err);
    if (!ctr || (rules && container_rules_check(engine, rules, ctr, err) < 0))
        return -1;
    int rc = container_view_open(engine, arena, ctr, &view, err);
    if (rc == 0) {
        const struct pack_options options = { .owner = container_view_mapping(&view), .owners = view.ctr->spec };
        autofd root = open(view.rootfs, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        rc = root < 0 ? error_set(err, ERROR_INTERNAL, errno, "opening %s", view.rootfs) : pack_tree(to, root, &options, err);
    }
    container_view_close(&view);
    return rc;
}
