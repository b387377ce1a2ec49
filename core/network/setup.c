#include <string.h>

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/path.h"
#include "core/container/container.h"
#include "core/engine.h"
#include "core/network/netavark.h"
#include "core/network/network.h"

int network_setup(struct engine *engine, struct arena *arena, const struct container *ctr, struct network_plan *plan, struct error **err)
{
    const char *path = netavark_request_path(engine, arena, ctr->id);
    if (str_empty(plan->request))
        return 0;
    /* Before the act: whoever comes after a crash knows what to take down. Half a file is fine: nothing was set up
     * then. */
    if (path_mkdirs(arena_printf(arena, "%s/netavark", engine->run_dir), 0700, err) < 0 ||
        path_write_inplace(path, plan->request, strlen(plan->request), 0600, err) < 0)
        return -1;
    return netavark_run(engine, arena, "setup", plan->request, plan->netns_path, err);
}
