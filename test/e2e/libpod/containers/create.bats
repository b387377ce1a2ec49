load "$E2E/lib/e2e"

make_with() { # DOCUMENT: as podman-remote would send it; not removed unless made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" \
        '{image: $image, name: $name, command: ["true"], netns: {nsmode: "none"}} + $more')"
}

@test "a container is made of an image with a name of its own" {
    make_with '{"labels":{"a":"b"}}'
    [ "$status" = 201 ]
    json '.Id | test("^[0-9a-f]{64}$")'
    json '.Warnings == []'
    api GET "/libpod/containers/$name/json"
    json '.State.Status == "created" and .Config.Labels.a == "b"'
}

@test "without a name the engine finds one" {
    post /libpod/containers/create "{\"image\":\"$IMAGE\"}"
    [ "$status" = 201 ]
    forget_later "$(field .Id)"
    api GET "/libpod/containers/$(field .Id)/json"
    json '.Name | test("^[a-z]+_[a-z]+[0-9]*$")'
}

@test "a name in use is a conflict, a bad one a mistake" {
    make_with '{}'
    local taken=$name
    post /libpod/containers/create "{\"image\":\"$IMAGE\",\"name\":\"$taken\"}"
    refused 409 "$taken" "that name is already in use"
    post /libpod/containers/create "{\"image\":\"$IMAGE\",\"name\":\"no good\"}"
    refused 400 name "no good"
}

@test "a missing image is a 404 that names it, no image a 400" {
    make_with '{"image":"localhost/nosuch:1"}'
    refused 404 localhost/nosuch:1
    post /libpod/containers/create '{"command":["true"]}'
    refused 400 image
}

@test "command, entrypoint, environment, user and working directory are taken" {
    output_of '{"entrypoint":["sh","-c"],"command":["echo $GREETING; id -u; pwd; echo $HOME"],"env":{"GREETING":"hello"},"user":"nobody","work_dir":"/tmp"}'
    [ "$output" = $'hello\n65534\n/tmp\n/' ]
}

@test "host name, /etc/hosts and resolv.conf are made" {
    output_of "$(shell 'hostname; cat /etc/hostname; grep friend /etc/hosts; cat /etc/resolv.conf' \
        '{"hostname":"box","hostadd":["friend:192.0.2.7"],"dns_server":["192.0.2.53"],"dns_search":["example.test"],"netns":{"nsmode":"bridge"}}')"
    [[ $output == $'box\nbox\n192.0.2.7'*friend* ]]
    [[ $output == *"nameserver 192.0.2.53"* ]]
    [[ $output == *"search example.test"* ]]
}

@test "a bind mount is seen, and read-only when asked" {
    mkdir -p "$BATS_TEST_TMPDIR/dir"
    echo content >"$BATS_TEST_TMPDIR/dir/file"
    output_of "$(shell 'cat /a/file; echo new >/a/made; echo x >/b/file' "$(jq -c -n --arg dir "$BATS_TEST_TMPDIR/dir" \
        '{mounts: [{type: "bind", source: $dir, destination: "/a"}, {type: "bind", source: $dir, destination: "/b", options: ["ro"]}]}')")"
    [[ $output == content*"Read-only file system"* ]]
    [ "$(cat "$BATS_TEST_TMPDIR/dir/made")" = new ]
    [ "$(cat "$BATS_TEST_TMPDIR/dir/file")" = content ]
}

@test "a tmpfs and a volume are mounted" {
    output_of "$(shell 'mount | grep " /t \| /v "; touch /v/x && ls /v' \
        '{"mounts":[{"type":"tmpfs","destination":"/t","options":["size=1m"]}],"volumes":[{"Dest":"/v"}]}')"
    [[ $output == *"tmpfs on /t type tmpfs"*size=1024k* ]]
    [[ $output == *$'\nx' ]]
}

@test "memory, cpu and process limits reach the cgroup" {
    output_of "$(shell 'cd /sys/fs/cgroup; cat memory/memory.limit_in_bytes cpu/cpu.cfs_quota_us pids/pids.max 2>/dev/null || cat memory.max cpu.max pids.max' \
        '{"resource_limits":{"memory":{"limit":50331648},"cpu":{"quota":20000,"period":100000},"pids":{"limit":77}}}')"
    [[ $output == 50331648*20000*77* ]]
}

@test "limits that cannot be are refused" {
    make_with '{"resource_limits":{"memory":{"limit":1024}}}'
    refused 400 memory
    make_with '{"resource_limits":{"cpu":{"quota":10}}}'
    refused 400
    make_with '{"resource_limits":{"memory":{"limit":"much"}}}'
    refused 400 resource_limits.memory.limit
    make_with '{"oom_score_adj":5000}'
    refused 400 5000
}

@test "capabilities are podman's, fewer or more on demand" {
    output_of "$(shell 'grep CapEff /proc/self/status')"
    [[ $output == *00000000800405fb ]]
    output_of "$(shell 'grep CapEff /proc/self/status' '{"cap_drop":["all"],"cap_add":["NET_RAW"]}')"
    [[ $output == *0000000000002000 ]]
    make_with '{"cap_add":["CAP_NOSUCH"]}'
    refused 400 NOSUCH
}

@test "seccomp stops what the default profile stops, unless unconfined" {
    output_of "$(shell 'grep "^Seccomp:" /proc/self/status')"
    [[ $output == *2 ]]
    output_of "$(shell 'grep "^Seccomp:" /proc/self/status' '{"seccomp_profile_path":"unconfined"}')"
    [[ $output == *0 ]]
    make_with '{"seccomp_profile_path":"/nosuch/profile.json"}'
    refused 400 seccomp_profile_path /nosuch/profile.json
}

@test "a read-only root is one, with room in /tmp when asked" {
    output_of "$(shell 'touch /x 2>&1; touch /tmp/x && echo room' '{"read_only_filesystem":true,"read_write_tmpfs":true}')"
    [[ $output == *"Read-only file system"*room ]]
}

@test "privileged sees the devices, and no_new_privileges sets its bit" {
    output_of "$(shell 'test -e /dev/kmsg && echo devices; grep NoNewPrivs /proc/self/status' '{"privileged":true,"no_new_privileges":true}')"
    [[ $output == devices*1 ]]
}

@test "ulimits, sysctls, shm size and umask are set" {
    output_of "$(shell 'ulimit -n; cat /proc/sys/net/ipv4/ip_unprivileged_port_start; df -k /dev/shm | tail -n 1; umask' \
        '{"r_limits":[{"type":"RLIMIT_NOFILE","soft":100,"hard":200}],"sysctl":{"net.ipv4.ip_unprivileged_port_start":"99"},"shm_size":2097152,"umask":"0077"}')"
    [[ $output == 100$'\n'99$'\n'*2048*0077 ]]
    make_with '{"r_limits":[{"type":"RLIMIT_NOSUCH","soft":1,"hard":1}]}'
    refused 400 nosuch
    make_with '{"sysctl":{"kernel.nosuch.thing":"1"}}'
    refused 400 kernel.nosuch.thing
}

@test "an init is process 1 when asked" {
    output_of "$(shell 'tr "\0" " " </proc/1/cmdline' '{"init":true}')"
    [[ $output == *init* ]]
}

@test "a container of --rm goes with its end" {
    create '{"command":["true"],"remove":true}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=removed"
    [ "$status" = 200 ]
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
}

@test "a restart policy starts again, on failure so many times" {
    create '{"command":["sh","-c","exit 5"],"restart_policy":"on-failure","restart_tries":2}'
    api POST "/libpod/containers/$ctr/start"
    wait_until 60 restarted "$ctr" 2
    api GET "/libpod/containers/$ctr/json"
    json '.RestartCount == 2 and .State.ExitCode == 5 and .State.Status == "exited"'
    make_with '{"restart_policy":"sometimes"}'
    refused 400 sometimes
}

restarted() { # ID TIMES
    api GET "/libpod/containers/$1/json"
    json '.RestartCount == $times and .State.Status == "exited"' --argjson times "$2"
}

@test "a time limit ends the container" {
    create '{"command":["sleep","100"],"timeout":1}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait"
    [ "$status" = 200 ]
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running == false'
}

@test "a published port answers, and a second owner of it is refused" {
    start "$(shell 'mkdir /w && echo served >/w/index.html && exec httpd -f -p 80 -h /w' \
        '{"netns":{"nsmode":"bridge"},"portmappings":[{"host_ip":"127.0.0.1","host_port":18090,"container_port":80,"protocol":"tcp"}]}')"
    wait_until 60 curl -sf http://127.0.0.1:18090/
    [ "$(curl -s http://127.0.0.1:18090/)" = served ]
    create '{"netns":{"nsmode":"bridge"},"portmappings":[{"host_ip":"127.0.0.1","host_port":18090,"container_port":80}]}'
    api POST "/libpod/containers/$ctr/start"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *18090* ]]
}

@test "ports outside the range and unknown protocols are refused" {
    make_with '{"portmappings":[{"host_port":70000,"container_port":80}]}'
    refused 400 portmappings 70000
    make_with '{"portmappings":[{"host_port":80,"container_port":80,"protocol":"icmp"}]}'
    refused 400 portmappings icmp
}

@test "another container's network is joined" {
    start '{"netns":{"nsmode":"bridge"}}'
    local first=$ctr
    api GET "/libpod/containers/$first/json"
    local address
    address=$(field '.NetworkSettings.Networks | to_entries[0].value.IPAddress')
    [ -n "$address" ]
    output_of "$(shell 'ip -o addr' "{\"netns\":{\"nsmode\":\"container\",\"value\":\"$first\"}}")"
    [[ $output == *"$address"* ]]
}

@test "the host's network and names are seen when asked" {
    output_of "$(shell 'hostname; ls /sys/class/net' '{"netns":{"nsmode":"host"},"utsns":{"nsmode":"host"}}')"
    [[ $output == "$(hostname)"* ]]
    make_with '{"netns":{"nsmode":"sometimes"}}'
    refused 400 netns sometimes
}

@test "binds of missing sources and relative targets are refused" {
    make_with '{"mounts":[{"type":"bind","source":"/nosuch/folder","destination":"/a"}]}'
    if [ "$status" = 201 ]; then # podman sees it at the start
        api POST "/libpod/containers/$name/start"
    fi
    [ "$status" -ge 400 ]
    [[ $(field .message) == */nosuch/folder* ]]
    make_with '{"mounts":[{"type":"tmpfs","destination":"relative"}]}'
    refused 400 relative
    make_with '{"mounts":[{"type":"floppy","destination":"/a"}]}'
    refused 400 floppy
}

@test "every member that is not honoured is refused by name when it says something" {
    only_for coracle
    local member count=0
    api GET /openapi/libpod.json
    field '.components.schemas.SpecGenerator.properties | to_entries[] | select(.value.description // "" | startswith("Refused: ")) | .key' \
        >"$BATS_TEST_TMPDIR/members"
    while read -r member; do
        make_with "{\"$member\":[\"something\"]}"
        refused 400 "$member" something
        make_with "{\"$member\":null}"
        [ "$status" = 201 ]
        api DELETE "/libpod/containers/$name"
        count=$((count + 1))
    done <"$BATS_TEST_TMPDIR/members"
    [ "$count" -gt 10 ]
}

@test "wrong types are refused with the path of the member" {
    make_with '{"command":"true"}'
    refused 400 command
    make_with '{"labels":{"a":1}}'
    refused 400 labels
    make_with '{"mounts":[{"type":"tmpfs"}]}'
    refused 400 'mounts[0].destination'
    make_with '{"env":["A=b"]}'
    refused 400 env
}
