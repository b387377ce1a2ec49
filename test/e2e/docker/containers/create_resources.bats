load "$E2E/lib/e2e"

warned() { # TEXT: by the create that was just answered
    json '.Warnings | any(contains($text))' --arg text "$1"
}

@test "rates of block devices are kept, shown and in the cgroup" {
    local device pid path
    device=$(find /dev -maxdepth 1 -type b | head -n 1)
    [ -n "$device" ] || skip "no block device"
    docker_start "{\"HostConfig\":{\"BlkioDeviceReadBps\":[{\"Path\":\"$device\",\"Rate\":1048576}],\"BlkioDeviceWriteIOps\":[{\"Path\":\"$device\",\"Rate\":9}]}}"
    api GET "/containers/$ctr/json"
    json '.HostConfig | .BlkioDeviceReadBps == [{"Path": $device, "Rate": 1048576}] and .BlkioDeviceWriteIOps == [{"Path": $device, "Rate": 9}]' --arg device "$device"
    pid=$(field .State.Pid)
    [ -d /sys/fs/cgroup/blkio ] || skip "cgroup v1 alone"
    path=$(awk -F: '$2 == "blkio" { print $3 }' "/proc/$pid/cgroup")
    grep -q ' 1048576$' "/sys/fs/cgroup/blkio$path/blkio.throttle.read_bps_device"
    grep -q ' 9$' "/sys/fs/cgroup/blkio$path/blkio.throttle.write_iops_device"
}

@test "weights of devices are shown, with a warning where the kernel has none" {
    local device
    device=$(find /dev -maxdepth 1 -type b | head -n 1)
    [ -n "$device" ] || skip "no block device"
    docker_create "{\"HostConfig\":{\"BlkioWeightDevice\":[{\"Path\":\"$device\",\"Weight\":300}]}}"
    [ -n "$(find /sys/fs/cgroup/ -maxdepth 3 -name 'blkio*weight_device' -print -quit)" ] || warned weight_device
    api GET "/containers/$ctr/json"
    json '.HostConfig.BlkioWeightDevice == [{"Path": $device, "Weight": 300}]' --arg device "$device"
}

@test "what is for Windows alone is refused or discarded as on any Linux" {
    docker_create '{"HostConfig":{"CpuPercent":50}}'
    warned 'CPU percent'
    docker_create '{"HostConfig":{"CpuCount":1}}'
    [ "$ENGINE" != coracle ] || warned 'CPU count'
    local member
    for member in IOMaximumIOps IOMaximumBandwidth; do
        post /containers/create "{\"Image\":\"$IMAGE\",\"HostConfig\":{\"$member\":5}}"
        refused 400 "$member" linux
    done
    post /containers/create "{\"Image\":\"$IMAGE\",\"HostConfig\":{\"Isolation\":\"hyperv\"}}"
    refused 400 Isolation hyperv
}

@test "kernel memory is of the past, TCP buffers are limited" {
    docker_create '{"HostConfig":{"KernelMemory":8388608}}'
    [ "$ENGINE" != coracle ] || warned KernelMemory
    docker_create '{"HostConfig":{"KernelMemoryTCP":16777216}}'
    api GET "/v1.44/containers/$ctr/json"
    [ "$ENGINE" != coracle ] || json '.HostConfig.KernelMemoryTCP == 16777216'
}

@test "a request for devices of a driver says which is missing" {
    only_for coracle # dockerd makes the container and fails at its start
    post /containers/create "{\"Image\":\"$IMAGE\",\"HostConfig\":{\"DeviceRequests\":[{\"Driver\":\"nvidia\",\"Count\":-1,\"Capabilities\":[[\"gpu\"]]}]}}"
    refused 400 DeviceRequests nvidia gpu
    run docker run --rm --gpus all "$IMAGE" true
    [ "$status" = 125 ]
    [[ $output == *"could not select device driver"* ]]
}

@test "devices have paths, permissions and rules" {
    docker_start '{"HostConfig":{"Devices":[{"PathOnHost":"/dev/kmsg","PathInContainer":"/dev/mine","CgroupPermissions":"r"}],"DeviceCgroupRules":["c 10:* rm"]}}'
    api GET "/containers/$ctr/json"
    json '.HostConfig | .Devices[0].PathInContainer == "/dev/mine" and .DeviceCgroupRules == ["c 10:* rm"]'
    docker exec "$ctr" test -c /dev/mine
    [ -d /sys/fs/cgroup/devices ] || skip "cgroup v1 alone"
    docker exec "$ctr" cat /dev/null
    run docker exec "$ctr" sh -c 'echo x >/dev/mine'
    [ "$status" != 0 ]
}

@test "SELinux options are taken, unknown ones refused" {
    docker_create '{"HostConfig":{"SecurityOpt":["label=disable"]}}'
    [ -e /sys/fs/selinux/enforce ] || docker_create '{"HostConfig":{"SecurityOpt":["label=type:spc_t","label:level:s0"]}}'
    post /containers/create "{\"Image\":\"$IMAGE\",\"HostConfig\":{\"SecurityOpt\":[\"colour=red\"]}}"
    refused 400 colour=red
}

@test "the runtime may be chosen among those there are" {
    docker_create '{"HostConfig":{"Runtime":"runc"}}'
    api GET "/containers/$ctr/json"
    json '.HostConfig.Runtime == "runc"'
    post /containers/create "{\"Image\":\"$IMAGE\",\"HostConfig\":{\"Runtime\":\"nosuch\"}}"
    refused 400 nosuch
}
