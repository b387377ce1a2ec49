#include <string.h>

#include "core/base/detach_keys.h"
#include "core/base/error.h"
#include "core/base/id.h"
#include "core/container/container.h"
#include "core/container/exec/rows.h"
#include "core/container/exec/session.h"
#include "core/container/rules/rules.h"

int exec_check_container(const struct container *ctr, struct error **err)
{
    if (ctr->state == CONTAINER_PAUSED)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "Container %s is paused, unpause the container before exec", ctr->id);
    if (ctr->state == CONTAINER_RESTARTING)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id,
                               "Container %s is restarting, wait until the container is running", ctr->id);
    if (ctr->state != CONTAINER_RUNNING)
        return error_set_about(err, ERROR_CONFLICT, "container", ctr->id, "container %s is not running", ctr->id);
    return 0;
}

int exec_create(struct engine *engine, const char *key, const struct exec_spec *spec, const struct container_rules *rules,
                char ret_id[65], struct error **err)
{
    struct detach_keys keys;
    if (!spec->command.count || str_empty(spec->command.items[0]))
        return error_set(err, ERROR_INVALID, 0, "No exec command specified");
    if (!str_empty(spec->workdir) && *spec->workdir != '/')
        return error_set(err, ERROR_INVALID, 0, "exec: working directory \"%s\" is not an absolute path",
                         spec->workdir);
    if (detach_keys_parse(spec->detach_keys, &keys, err) < 0)
        return -1;
    if (rules && container_rules_check_exec(rules, spec, err) < 0)
        return -1;
    autocontainer *ctr = container_find(engine, key, err);
    if (ctr && rules && container_rules_check(engine, rules, ctr, err) < 0)
        return -1;
    if (!ctr || exec_check_container(ctr, err) < 0)
        return -1;
    char id[ID_HEX_SIZE];
    id_random(id);
    if (exec_row_add(engine, ctr, id, spec, err) < 0)
        return -1;
    memcpy(ret_id, id, sizeof id);
    return 0;
}
