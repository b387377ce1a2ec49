#include "core/network/events.h"

#include "core/event/event.h"
#include "core/network/network.h"

/* Docker calls the driver "type", podman "driver". */
int network_event(struct engine *engine, const struct network *network, const char *action, struct error **err)
{
    struct str_pair pairs[] = { { "driver", network->driver }, { "name", network->name }, { "type", network->driver } };
    const struct str_map attributes = { pairs, sizeof pairs / sizeof *pairs };
    return event_add_now(engine, "network", action, network->id, &attributes, err);
}
