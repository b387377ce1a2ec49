/* Weights and rates of block devices. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "core/base/error.h"
#include "core/oci/build.h"

/* A device by its path as it is now, or by its numbers. */
static int find_device(const char *field, const struct container_device_limit *limit, int64_t *ret_major, int64_t *ret_minor,
                       struct error **err)
{
    struct stat st;
    *ret_major = limit->major;
    *ret_minor = limit->minor;
    if (str_empty(limit->path))
        return 0;
    if (stat(limit->path, &st) < 0)
        return error_set(err, ERROR_INVALID, 0, "%s: device \"%s\": %s", field, limit->path, strerrordesc_np(errno));
    if (!S_ISBLK(st.st_mode))
        return error_set(err, ERROR_INVALID, 0, "%s: \"%s\" is not a block device", field, limit->path);
    *ret_major = major(st.st_rdev);
    *ret_minor = minor(st.st_rdev);
    return 0;
}

static bool is_weight(uint64_t weight)
{
    return weight >= 10 && weight <= 1000;
}

static int add_weights(const struct build *build, struct oci_block_io *made, struct error **err)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    if (want->blkio_weight && !is_weight((uint64_t)want->blkio_weight))
        return error_set(err, ERROR_INVALID, 0, "Range of blkio weight is from 10 to 1000");
    for (size_t i = 0; i < want->blkio_weight_devices.count; i++)
        if (!is_weight(want->blkio_weight_devices.items[i].value))
            return error_set(err, ERROR_INVALID, 0, "weights of devices: %llu is not valid: Range of blkio weight is from 10 to 1000",
                             (unsigned long long)want->blkio_weight_devices.items[i].value);
    if (build_can(build, want->blkio_weight > 0, build->machine.blkio_weight, "Block I/O weight"))
        made->weight = number(build->arena, want->blkio_weight);
    if (!build_can(build, want->blkio_weight_devices.count > 0, build->machine.blkio_weight_device, "Block I/O weight_device"))
        return 0;
    for (size_t i = 0; i < want->blkio_weight_devices.count; i++) {
        struct oci_weight_device *device = LIST_ADD(build->arena, &made->weight_device);
        device->weight = want->blkio_weight_devices.items[i].value;
        if (find_device(is_podman(build) ? "weightDevice" : "BlkioWeightDevice", &want->blkio_weight_devices.items[i], &device->major, &device->minor, err) < 0)
            return -1;
    }
    return 0;
}

struct rates { /* of one kind */
    const char *docker, *libpod; /* what the dialects call them */
    const char *what;
    const struct container_device_limit *items;
    size_t count;
};

/* @ret_made: arena, as many as *ret_count says */
static int make_rates(const struct build *build, const struct rates *rates, struct oci_throttle **ret_made, size_t *ret_count,
                      struct error **err)
{
    if (!build_can(build, rates->count > 0, build->machine.blkio_throttle, rates->what))
        return 0;
    struct oci_throttle *made = arena_array(build->arena, rates->count, sizeof *made);
    for (size_t i = 0; i < rates->count; i++) {
        made[i].rate = rates->items[i].value;
        if (find_device(is_podman(build) ? rates->libpod : rates->docker, &rates->items[i], &made[i].major, &made[i].minor, err) < 0)
            return -1;
    }
    *ret_made = made;
    *ret_count = rates->count;
    return 0;
}

static int add_rates(const struct build *build, struct oci_block_io *made, struct error **err)
{
    const struct container_resources *want = &build->ctr->spec->resources;
    const struct rates rates[] = {
        { "BlkioDeviceReadBps", "throttleReadBpsDevice", "BPS Block I/O read limit", want->read_bps.items, want->read_bps.count },
        { "BlkioDeviceWriteBps", "throttleWriteBpsDevice", "BPS Block I/O write limit", want->write_bps.items, want->write_bps.count },
        { "BlkioDeviceReadIOps", "throttleReadIOPSDevice", "IOPS Block read limit", want->read_iops.items, want->read_iops.count },
        { "BlkioDeviceWriteIOps", "throttleWriteIOPSDevice", "IOPS Block write limit", want->write_iops.items, want->write_iops.count },
    };
    if (make_rates(build, &rates[0], &made->read_bps.items, &made->read_bps.count, err) < 0 ||
        make_rates(build, &rates[1], &made->write_bps.items, &made->write_bps.count, err) < 0 ||
        make_rates(build, &rates[2], &made->read_iops.items, &made->read_iops.count, err) < 0)
        return -1;
    return make_rates(build, &rates[3], &made->write_iops.items, &made->write_iops.count, err);
}

int build_block_io(struct build *build, struct error **err)
{
    struct oci_block_io made = { 0 };
    if (add_weights(build, &made, err) < 0 || add_rates(build, &made, err) < 0)
        return -1;
    if (!made.weight && !made.weight_device.count && !made.read_bps.count && !made.write_bps.count && !made.read_iops.count &&
        !made.write_iops.count)
        return 0;
    struct oci_resources *resources = build->spec.platform.resources;
    resources->block_io = arena_zalloc(build->arena, sizeof made);
    *resources->block_io = made;
    return 0;
}
