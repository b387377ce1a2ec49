load "$E2E/lib/e2e"

make_with() { # DOCUMENT: not removed unless made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" \
        '{image: $image, name: $name, command: ["true"], netns: {nsmode: "none"}} + $more')"
}

cgroup_file() { # CONTROLLER FILE: of the container $ctr, as the host sees it (cgroup v1)
    local pid path
    api GET "/libpod/containers/$ctr/json"
    pid=$(field .State.Pid)
    path=$(awk -F: -v c="$1" '{ n = split($2, names, ","); for (i = 1; i <= n; i++) if (names[i] == c) print $3 }' "/proc/$pid/cgroup")
    cat "/sys/fs/cgroup/$1$path/$2"
}

need_v1() {
    [ -d /sys/fs/cgroup/memory ] || skip "cgroup v1 alone"
}

block_device() { # $device and its $numbers
    device=$(find /dev -maxdepth 1 -type b | head -n 1)
    [ -n "$device" ] || skip "no block device"
    numbers=$(printf '%d:%d' "0x$(stat -c %t "$device")" "0x$(stat -c %T "$device")")
}

@test "rates of block devices reach the cgroup, by path and by number" {
    need_v1
    block_device
    start "{\"throttleReadBpsDevice\":{\"$device\":{\"rate\":1048576}},\"throttleWriteIOPSDevice\":{\"$device\":{\"rate\":77}},
        \"resource_limits\":{\"blockIO\":{\"throttleWriteBpsDevice\":[{\"major\":${numbers%:*},\"minor\":${numbers#*:},\"rate\":4096}],
        \"throttleReadIOPSDevice\":[{\"major\":${numbers%:*},\"minor\":${numbers#*:},\"rate\":5}]}}}"
    [ "$(cgroup_file blkio blkio.throttle.read_bps_device)" = "$numbers 1048576" ]
    [ "$(cgroup_file blkio blkio.throttle.write_bps_device)" = "$numbers 4096" ]
    [ "$(cgroup_file blkio blkio.throttle.read_iops_device)" = "$numbers 5" ]
    [ "$(cgroup_file blkio blkio.throttle.write_iops_device)" = "$numbers 77" ]
    api GET "/libpod/containers/$ctr/json"
    json '.HostConfig.BlkioDeviceReadBps == [{"Path": $device, "Rate": 1048576}]' --arg device "$device"
    [ "$ENGINE" = podman ] || json '.HostConfig.BlkioDeviceWriteIOps == [{"Path": $device, "Rate": 77}]' --arg device "$device"
}

@test "a rate of what is no block device, and weights out of range, are refused" {
    make_with '{"throttleReadBpsDevice":{"/dev/nosuch":{"rate":1}}}'
    refused 400 /dev/nosuch
    make_with '{"throttleWriteBpsDevice":{"/dev/null":{"rate":1}}}'
    refused 400 /dev/null
    make_with '{"weightDevice":{"/dev/null":{"weight":5}}}'
    refused 400 "10 to 1000"
    make_with '{"resource_limits":{"blockIO":{"leafWeight":50}}}'
    refused 400 leafWeight
}

@test "TCP buffers are limited, and huge pages by size" {
    need_v1
    make_with '{"resource_limits":{"hugepageLimits":[{"pageSize":"2 megabytes","limit":1}]}}'
    refused 400 hugepages "2 megabytes"
    local hugepages='[]'
    [ ! -e /sys/fs/cgroup/hugetlb/cgroup.procs ] || hugepages='[{"pageSize":"2MB","limit":4194304}]'
    start "{\"resource_limits\":{\"memory\":{\"kernelTCP\":16777216},\"hugepageLimits\":$hugepages}}"
    [ "$(cgroup_file memory memory.kmem.tcp.limit_in_bytes)" = 16777216 ]
    [ "$hugepages" = '[]' ] || [ "$(cgroup_file hugetlb hugetlb.2MB.limit_in_bytes)" = 4194304 ]
}

@test "what no kernel or runtime has any more is refused with the reason" {
    local field
    for field in '"memory":{"kernel":8388608}' '"memory":{"useHierarchy":false}' '"cpu":{"burst":1}' '"cpu":{"idle":1}' \
        '"network":{"classID":1}' '"rdma":{"mlx":{"hcaHandles":1}}'; do
        make_with "{\"resource_limits\":{$field}}"
        refused 400 "resource_limits.$(jq -r 'to_entries[0] | .key' <<<"{$field}")"
    done
}

@test "files of the cgroup are a matter of cgroup v2, and of limits alone" {
    make_with '{"unified":{"cgroup.procs":"1"}}'
    refused 400 cgroup.procs
    make_with '{"resource_limits":{"unified":{"../memory.max":"1"}}}'
    refused 400 ../memory.max
    need_v1
    make_with '{"unified":{"memory.high":"1000000"}}'
    refused 400 memory.high "cgroup v2"
}

@test "rules of the device cgroup allow what they name" {
    start '{"device_cgroup_rule":[{"allow":true,"type":"c","major":1,"minor":11,"access":"rm"}],
        "resource_limits":{"devices":[{"allow":false,"access":"rwm"},{"allow":true,"type":"c","major":10,"minor":-1,"access":"r"}]}}'
    need_v1
    cgroup_file devices devices.list >"$BATS_TEST_TMPDIR/rules"
    grep -qx 'c 1:11 rm' "$BATS_TEST_TMPDIR/rules"
    grep -qx 'c 10:\* r' "$BATS_TEST_TMPDIR/rules"
}

@test "a rule that denies is refused: all is denied to begin with" {
    only_for coracle
    make_with '{"device_cgroup_rule":[{"allow":false,"type":"c","major":1,"minor":3,"access":"r"}]}'
    refused 400 device_cgroup_rule
}
