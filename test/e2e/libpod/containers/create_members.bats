load "$E2E/lib/e2e"

make_with() { # DOCUMENT: not removed unless made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" \
        '{image: $image, name: $name, command: ["true"], netns: {nsmode: "none"}} + $more')"
}

inspected() { # DOCUMENT: what inspect says of such a container is the body
    create "$1" && api GET "/libpod/containers/$ctr/json"
}

@test "memory and processors are limited and shown" {
    inspected '{"resource_limits":{"memory":{"limit":67108864,"reservation":33554432,"swap":134217728,"swappiness":30,"disableOOMKiller":false,"checkBeforeUpdate":true},
        "cpu":{"shares":512,"period":50000,"quota":25000,"cpus":"0","mems":"0"},"pids":{"limit":99}}}'
    json '.HostConfig | .Memory == 67108864 and .MemoryReservation == 33554432 and .MemorySwap == 134217728 and .MemorySwappiness == 30'
    json '.HostConfig | .OomKillDisable == false and .PidsLimit == 99 and .CpuShares == 512 and .CpuPeriod == 50000 and .CpuQuota == 25000'
    json '.HostConfig | .CpusetCpus == "0" and .CpusetMems == "0"'
}

@test "realtime scheduling is limited, its share not above its period" {
    only_for coracle # podman fails at start
    inspected '{"resource_limits":{"cpu":{"realtimePeriod":1000000,"realtimeRuntime":950000}}}'
    json '.HostConfig | .CpuRealtimePeriod == 1000000 and .CpuRealtimeRuntime == 950000'
    make_with '{"resource_limits":{"cpu":{"realtimePeriod":1000,"realtimeRuntime":2000}}}'
    refused 400 real-time
}

@test "the health check, the command line that asked and annotations are kept" {
    inspected '{"healthconfig":{"Test":["CMD-SHELL","true"],"Interval":5000000000,"Timeout":1000000000,"StartPeriod":2000000000,"StartInterval":500000000,"Retries":3},
        "containerCreateCommand":["podman","create","x"],"annotations":{"note":"one"}}'
    json '.Config.CreateCommand == ["podman", "create", "x"]'
    json '(.Config.Healthcheck // .HostConfig.Healthcheck) | .Test == ["CMD-SHELL", "true"] and .Interval == 5000000000 and .Timeout == 1000000000'
    json '(.Config.Healthcheck // .HostConfig.Healthcheck) | .StartPeriod == 2000000000 and .Retries == 3'
    json '.HostConfig.Annotations.note == "one" or .Config.Annotations.note == "one"'
    api GET "/containers/$ctr/json"
    [ "$ENGINE" != coracle ] || json '.Config.Healthcheck.StartInterval == 500000000'
}

@test "files of the image's own are left alone" {
    says 'ls /etc/hosts /etc/hostname /etc/resolv.conf 2>&1 | grep -c "No such"; grep -cE " /etc/(hosts|hostname|resolv.conf) " /proc/self/mountinfo' \
        '{"use_image_hosts":true,"use_image_hostname":true,"use_image_resolve_conf":true}'
    [ "$(tail -n 1 <<<"$output")" = 0 ]
}

@test "options of the resolver are written" {
    says 'cat /etc/resolv.conf' '{"dns_server":["10.1.2.3"],"dns_option":["ndots:2"],"dns_search":["example.org"],"netns":{"nsmode":"private"}}'
    [[ $output == *'nameserver 10.1.2.3'* && $output == *ndots:2* && $output == *example.org* ]]
}

@test "networks and addresses in their old form are joined" {
    network '{"subnets":[{"subnet":"10.87.9.0/24"},{"subnet":"fd87:9::/64"}],"ipv6_enabled":true}'
    start "{\"netns\":{\"nsmode\":\"bridge\"},\"cni_networks\":[\"$net\"],\"static_ip\":\"10.87.9.9\",\"static_ipv6\":\"fd87:9::9\",
        \"static_mac\":\"02:42:0a:57:09:09\",\"aliases\":{\"$net\":[\"oldform\"]}}"
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "10.87.9.9" and .GlobalIPv6Address == "fd87:9::9"' --arg net "$net"
    json '.NetworkSettings.Networks[$net] | .MacAddress == "02:42:0a:57:09:09" and (.Aliases | index("oldform"))' --arg net "$net"
}

@test "a network is joined with addresses, names, an interface and options of its own" {
    network '{"subnets":[{"subnet":"10.87.10.0/24"}]}'
    start "{\"netns\":{\"nsmode\":\"bridge\"},\"Networks\":{\"$net\":{\"static_ips\":[\"10.87.10.9\"],\"static_mac\":\"02:42:0a:57:0a:09\",
        \"aliases\":[\"newform\"],\"interface_name\":\"lan0\",\"options\":{}}}}"
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "10.87.10.9" and .MacAddress == "02:42:0a:57:0a:09" and (.Aliases | index("newform"))' --arg net "$net"
    grep -q lan0 "/proc/$(field .State.Pid)/net/dev"
}

@test "processes, IPC and the host name are those of another container, or of a path" {
    start '{"hostname":"first"}'
    local first=$ctr pid ns
    api GET "/libpod/containers/$first/json"
    pid=$(field .State.Pid)
    start "$(jq -c -n --arg first "$first" '{nsmode: "container", value: $first} | {pidns: ., ipcns: ., utsns: .}')"
    api GET "/libpod/containers/$ctr/json"
    for ns in pid ipc uts; do
        [ "$(readlink "/proc/$(field .State.Pid)/ns/$ns")" = "$(readlink "/proc/$pid/ns/$ns")" ]
    done
    start "{\"ipcns\":{\"nsmode\":\"path\",\"value\":\"/proc/$pid/ns/ipc\"}}"
    api GET "/libpod/containers/$ctr/json"
    [ "$(readlink "/proc/$(field .State.Pid)/ns/ipc")" = "$(readlink "/proc/$pid/ns/ipc")" ]
    make_with '{"pidns":{"nsmode":"container"}}'
    refused 400 pidns container
    only_for coracle
    make_with '{"cgroupns":{"nsmode":"container","value":"x"}}'
    refused 400 cgroupns container
    make_with '{"userns":{"nsmode":"ns","value":"/x"}}'
    refused 400 userns ns
}

@test "the cgroup is made below the parent asked for" {
    start '{"cgroup_parent":"/e2e-members"}'
    api GET "/libpod/containers/$ctr/json"
    grep -q e2e-members "/proc/$(field .State.Pid)/cgroup"
    api DELETE "/libpod/containers/$ctr?force=true"
    find /sys/fs/cgroup -maxdepth 2 -name e2e-members -exec rmdir {} + # as with the peers, it stays
    make_with '{"cgroups_mode":"enabled"}'
    [ "$status" = 201 ]
    only_for coracle
    local mode
    for mode in disabled no-conmon split sideways; do
        make_with "{\"cgroups_mode\":\"$mode\"}"
        refused 400 cgroups_mode "$mode"
    done
}

@test "devices have a place and an access of their own" {
    says 'ls -l /dev/mine; echo x >/dev/mine' '{"devices":[{"path":"/dev/kmsg:/dev/mine:r"}]}'
    [[ $output == *"1, "*11* && $output == *"not permitted"* ]]
    make_with '{"devices":[{"path":"/dev/nosuch"}]}'
    refused 400 /dev/nosuch
    make_with '{"devices":[{"path":"/dev/zero:/dev/mine:rx"}]}'
    refused 400 rx
}

@test "the runtime may be chosen among those there are" {
    local runtime
    for runtime in crun runc; do
        make_with "{\"oci_runtime\":\"$runtime\"}"
        [ "$status" = 201 ] || [ "$ENGINE" != coracle ]
    done
    make_with '{"oci_runtime":"nosuch"}'
    refused 400 nosuch
}

@test "the log's driver and size are taken, its place is not" {
    inspected '{"log_configuration":{"driver":"k8s-file","size":1048576}}'
    json '.HostConfig.LogConfig.Type == "k8s-file"'
    inspected '{"log_configuration":{"driver":"k8s-file","options":{"max-size":"1m"}}}'
    json '.HostConfig.LogConfig | .Type == "k8s-file" and (.Config["max-size"] == "1m" or .Size != "0B")'
    make_with '{"log_configuration":{"driver":"none"}}'
    [ "$status" = 201 ]
    make_with '{"log_configuration":{"driver":"pigeon"}}'
    refused 400 pigeon
    only_for coracle
    make_with '{"log_configuration":{"driver":"k8s-file","path":"/tmp/log"}}'
    refused 400 log_configuration.path /tmp/log
}

@test "the mapping of users is the host's, which may be said" {
    make_with '{"idmappings":{"HostUIDMapping":true,"HostGIDMapping":true,"AutoUserNsOpts":{"Size":0}},"userns":{"nsmode":"host"}}'
    [ "$status" = 201 ]
    only_for coracle
    local maps
    for maps in '{"HostUIDMapping":false}' '{"HostGIDMapping":false}' '{"UIDMap":[{"container_id":0,"host_id":1,"size":1}]}' \
        '{"GIDMap":[{"container_id":0,"host_id":1,"size":1}]}'; do
        make_with "{\"idmappings\":$maps}"
        refused 400 idmappings
    done
    make_with '{"userns":{"nsmode":"keep-id"}}'
    refused 400 userns keep-id
    make_with '{"mounts":[{"destination":"/m","source":"/tmp","type":"bind","uidMappings":[{"containerID":0,"hostID":1,"size":1}]}]}'
    refused 400 mounts.uidMappings
    make_with '{"mounts":[{"destination":"/m","source":"/tmp","type":"bind","gidMappings":[{"containerID":0,"hostID":1,"size":1}]}]}'
    refused 400 mounts.gidMappings
}

@test "systemd mode and notifications are taken as far as they make no difference" {
    local document
    for document in '{"systemd":"true"}' '{"systemd":"false"}' '{"sdnotifyMode":"conmon"}' '{"sdnotifyMode":"container"}' '{"sdnotifyMode":"ignore"}'; do
        make_with "$document"
        [ "$status" = 201 ]
    done
    only_for coracle
    make_with '{"systemd":"always"}'
    refused 400 systemd always
    make_with '{"sdnotifyMode":"healthy"}'
    refused 400 sdnotifyMode healthy
}

@test "what a container depends on is started before it and stays while it is there" {
    create '{}'
    local first=$ctr first_name=$name
    create "{\"dependencyContainers\":[\"$first_name\"]}"
    local second=$ctr second_name=$name
    create "{\"dependencyContainers\":[\"$second\",\"$first\"]}"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    local third=$ctr third_name=$name id
    for id in "$first" "$second" "$third"; do
        api GET "/libpod/containers/$id/json"
        json '.State.Running'
    done
    json '.Dependencies | sort == ([$a, $b] | sort)' --arg a "$first" --arg b "$second"
    api DELETE "/libpod/containers/$first?force=true"
    refused 409 "$second_name" "$third_name"
    for id in "$third" "$second" "$first"; do
        api DELETE "/libpod/containers/$id?force=true"
        [ "$status" = 200 ]
    done
    make_with '{"dependencyContainers":["nosuch"]}'
    refused 400 dependencyContainers nosuch
}

@test "hints that change neither isolation, limits nor data are heard" {
    make_with '{"manage_password":true,"volatile":true,"create_working_dir":true,"host_device_list":[{"path":"/dev/null"}],
        "healthLogDestination":"local","healthMaxLogCount":5,"healthMaxLogSize":500,"work_dir":"/made/for/it"}'
    [ "$status" = 201 ]
    says pwd '{"create_working_dir":true,"work_dir":"/made/for/it"}'
    [ "$output" = /made/for/it ]
}

@test "the image goes by the name the user typed, of the variant that fits" {
    fresh_name
    post /libpod/containers/create "{\"raw_image_name\":\"$IMAGE\",\"name\":\"$name\",\"image_variant\":\"\"}"
    [ "$status" = 201 ] || [ "$ENGINE" != coracle ]
    inspected '{"removeImage":true,"remove":true}'
    json '.HostConfig.AutoRemove == true'
    [ "$ENGINE" != coracle ] || json '.HostConfig.AutoRemoveImage == true'
}

# An image with a volume and, when asked, a seccomp profile in a label: $built.
build_image() { # CONFIG
    built=localhost/members-$BASHPID-$RANDOM:1
    python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$BATS_TEST_TMPDIR/image.tar" "$built" "$1"
    api POST /libpod/images/load --data-binary "@$BATS_TEST_TMPDIR/image.tar" -H 'Content-Type: application/x-tar'
    [ "$status" = 200 ]
}

@test "volumes of the image are made, left out or held in memory" {
    build_image '{"Volumes":{"/kept":{}}}'
    local mode
    for mode in '' anonymous bind; do
        inspected "{\"image\":\"$built\",\"image_volume_mode\":\"$mode\"}"
        json '.Mounts | length == 1 and .[0].Type == "volume" and .[0].Destination == "/kept"'
    done
    inspected "{\"image\":\"$built\",\"image_volume_mode\":\"ignore\"}"
    json '.Mounts == []'
    says 'grep " /kept " /proc/mounts' "{\"image\":\"$built\",\"image_volume_mode\":\"tmpfs\"}"
    [[ $output == tmpfs* ]]
    make_with "{\"image\":\"$built\",\"image_volume_mode\":\"sideways\"}"
    refused 400 image_volume_mode sideways
}

@test "the seccomp profile in the image's label is used when asked for, and only then" {
    local profile='{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}'
    build_image "$(jq -c -n --arg profile "$profile" '{Labels: {"io.containers.seccomp.profile": $profile}}')"
    says 'mkdir /made && echo made' "{\"image\":\"$built\",\"seccomp_policy\":\"image\"}"
    [[ $output == *'not permitted'* ]]
    says 'mkdir /made && echo made' "{\"image\":\"$built\",\"seccomp_policy\":\"default\"}"
    [ "$output" = made ]
}

@test "an anonymous volume with a name goes with its container" {
    local volume=members-$BASHPID-$RANDOM
    create "{\"volumes\":[{\"Name\":\"$volume\",\"Dest\":\"/v\",\"IsAnonymous\":true}]}"
    api GET "/libpod/volumes/$volume/json"
    [ "$status" = 200 ]
    api DELETE "/libpod/containers/$ctr?v=true"
    api GET "/libpod/volumes/$volume/json"
    [ "$status" = 404 ]
}

@test "proxy variables are the server's, where it has some, below the container's own" {
    says 'echo "${http_proxy-none}"' '{"httpproxy":true,"env":{"http_proxy":"http://mine:3128"}}'
    [ "$output" = http://mine:3128 ]
}
