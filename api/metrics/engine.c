#include <stddef.h>

#include "api/dispatch.h"
#include "api/metrics/metrics.h"
#include "api/metrics/text.h"
#include "core/container/container.h"
#include "core/image/image.h"
#include "core/network/network.h"
#include "core/volume/volume.h"

static void put_number(struct buf *out, const char *name, uint64_t value, const char *help)
{
    metrics_begin(out, name, "gauge", help);
    metrics_count(out, name, value, NULL);
}

int metrics_of_engine(struct buf *out, const struct api *api, struct arena *arena, struct error **err)
{
    static const struct volume_filters every_volume;
    struct volume_list volumes;
    struct network *networks;
    size_t network_count;
    int64_t running, paused, stopped, images;
    if (container_counts(api->engine, &running, &paused, &stopped, err) < 0 || image_count(api->engine, &images, err) < 0 ||
        volume_list(api->engine, arena, &every_volume, &volumes, err) < 0 ||
        network_list(api->engine, arena, &networks, &network_count, err) < 0)
        return -1;
    metrics_begin(out, "coracle_containers", "gauge", "Containers by what they do");
    metrics_count(out, "coracle_containers", (uint64_t)running, "state", "running", NULL);
    metrics_count(out, "coracle_containers", (uint64_t)paused, "state", "paused", NULL);
    metrics_count(out, "coracle_containers", (uint64_t)stopped, "state", "stopped", NULL);
    put_number(out, "coracle_images", (uint64_t)images, "Images in the store");
    put_number(out, "coracle_volumes", volumes.count, "Volumes");
    put_number(out, "coracle_networks", network_count, "Networks");
    return 0;
}
