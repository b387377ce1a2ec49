load "$E2E/lib/e2e"

setup() {
    only_for coracle # the peers stand in a chroot, where the kernel makes no user namespaces
}

MAPS='"userns":{"nsmode":"private"},"idmappings":{"HostUIDMapping":false,"HostGIDMapping":false,
    "UIDMap":[{"container_id":0,"host_id":200000,"size":65536}],"GIDMap":[{"container_id":0,"host_id":300000,"size":65536}]}'

mapped() { # [MORE]: a document with these maps
    jq -c -n --argjson more "${1:-{\}}" --argjson maps "{$MAPS}" '$maps + $more'
}

make_with() { # DOCUMENT: not removed unless made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" \
        '{image: $image, name: $name, command: ["true"], netns: {nsmode: "none"}} + $more')"
}

exec_in() { # COMMAND...: in $ctr, $output
    run podman_remote exec "$ctr" "$@"
    echo "$output"
    [ "$status" = 0 ]
}

@test "root of a container with mapped users is nobody on the host" {
    says 'id -u; cat /proc/self/uid_map /proc/self/gid_map | tr -s " "; ls -ln /bin/busybox / | tail -n 1; touch /made && ls -ln /made; cat /etc/hosts >/dev/null && echo read' "$(mapped)"
    [[ $output == 0$'\n'" 0 200000 65536"$'\n'" 0 300000 65536"* ]]
    [[ $output == *"1 0 "*/made* && $output == *read ]]
}

@test "its process, its files and what inspect says of them are those of the map" {
    start "$(mapped '{"netns":{"nsmode":"bridge"},"user":"1000:1000"}')"
    api GET "/libpod/containers/$ctr/json"
    local pid
    pid=$(field .State.Pid)
    [ "$(awk '/^Uid/ {print $2}' "/proc/$pid/status")" = 201000 ]
    [ "$(awk '/^Gid/ {print $2}' "/proc/$pid/status")" = 301000 ]
    json '.HostConfig.UsernsMode == "private" and .HostConfig.IDMappings.UidMap == ["0:200000:65536"] and .HostConfig.IDMappings.GidMap == ["0:300000:65536"]'
    [ "$(stat -c %u:%g "/proc/$pid/root/bin/busybox")" = 200000:300000 ]
}

@test "the network is its own: its root may change it, and it has an address" {
    start "$(mapped '{"netns":{"nsmode":"bridge"},"cap_add":["NET_ADMIN"]}')"
    exec_in sh -c 'ip addr add 10.1.2.3/32 dev lo && ip addr show lo && ls /sys/class/net'
    [[ $output == *10.1.2.3* && $output == *eth0* ]]
    exec_in sh -c 'ip addr show eth0 | grep -c "inet "'
    [ "$output" = 1 ]
}

@test "the same image serves mapped and other containers, and changes stay with each" {
    start "$(mapped)"
    local first=$ctr
    exec_in sh -c 'echo changed >/bin/new && chown 5:5 /bin/new && mkdir /dir && ls -ln /bin/new'
    [[ $output == *" 5 "*" 5 "* ]]
    start '{}'
    exec_in sh -c 'ls -ln /bin/busybox; test ! -e /bin/new'
    [[ $output == *" 0 "* ]]
    api POST "/libpod/containers/$first/restart?t=0"
    ctr=$first exec_in sh -c 'ls -ln /bin/new && cat /bin/new'
    [[ $output == *" 5 "*changed* ]]
}

owners() { # PREFIX: of the files of a tar, numeric
    tar -tv --numeric-owner -f "$body_file" | sed -n "s|^[^ ]* \([0-9/]*\) .* \($1[^ ]*\)$|\1 \2|p"
}

@test "what is taken out of a mapped container has the container's users, while it runs and after" {
    start "$(mapped)"
    exec_in sh -c 'mkdir /kept && echo text >/kept/file && chown 5:6 /kept/file'
    api GET "/libpod/containers/$ctr/archive?path=/kept"
    [ "$(owners kept)" = "0/0 kept/"$'\n'"5/6 kept/file" ]
    api GET "/libpod/containers/$ctr/archive?path=/kept/file"
    [ "$(owners file)" = "5/6 file" ]
    api GET "/libpod/containers/$ctr/export"
    [ "$(owners kept)" = "0/0 kept/"$'\n'"5/6 kept/file" ]
    local own=$ctr image=localhost/mapped-$BASHPID squash
    for squash in false true; do
        api POST "/libpod/commit?container=$own&repo=$image&tag=$squash&squash=$squash"
        [ "$status" = 200 ]
        says 'ls -ln /kept/file' "$(jq -c -n --arg image "$image:$squash" '{image: $image}')"
        [[ $output == *" 5 "*" 6 "* ]]
        api DELETE "/libpod/images/$image:$squash?force=true"
    done
    api GET "/libpod/containers/$own/changes?parent=$(quote "$IMAGE")"
    json 'map(.Path) | index("/kept") and (index("/bin") | not)'
    api POST "/libpod/containers/$own/stop?timeout=0"
    api GET "/libpod/containers/$own/archive?path=/kept"
    [ "$(owners kept)" = "0/0 kept/"$'\n'"5/6 kept/file" ]
}

@test "files are put into a mapped container while it does not run" {
    create "$(mapped '{"command": ["sh", "-c", "ls -ln /tmp/put; exec sleep infinity"]}')"
    echo text >"$BATS_TEST_TMPDIR/put"
    tar -C "$BATS_TEST_TMPDIR" --owner=7 --group=8 --numeric-owner -cf "$BATS_TEST_TMPDIR/put.tar" put
    api PUT "/libpod/containers/$ctr/archive?path=/tmp&copyUIDGID=false" -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/put.tar"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/start"
    api PUT "/libpod/containers/$ctr/archive?path=/tmp" -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/put.tar"
    refused 501 "maps its users"
    listed() {
        api GET "/libpod/containers/$ctr/logs?stdout=true"
        unframe <"$body_file" | grep -aq " 7 .* 8 "
    }
    wait_until 20 listed
}

@test "volumes, secrets and memory of a mapped container are its user's" {
    podman_remote secret create mapped-$$ - <<<hidden
    start "$(mapped "{\"user\":\"1000:1000\",\"volumes\":[{\"Name\":\"mapped-$$\",\"Dest\":\"/v\"}],\"secrets\":[{\"Source\":\"mapped-$$\",\"Target\":\"s\",\"UID\":1000,\"GID\":1000,\"Mode\":256}]}")"
    exec_in sh -c 'touch /v/x && cat /run/secrets/s && touch /dev/shm/x && ls -ln /v/x'
    [[ $output == *hidden* && $output == *1000* ]]
    api DELETE "/libpod/containers/$ctr?force=true&v=true"
    api DELETE "/libpod/volumes/mapped-$$?force=true"
    podman_remote secret rm mapped-$$
}

@test "podman-remote maps users by option" {
    run podman_remote run --rm --network none --uidmap 0:200000:1000 --gidmap 0:300000:1000 "$IMAGE" cat /proc/self/uid_map
    echo "$output"
    [ "$status" = 0 ]
    [ "$(tr -s ' ' <<<"$output")" = " 0 200000 1000" ]
}

@test "limits, devices and a read-only root are kept behind a map" {
    says 'touch /x; touch /tmp/x && echo tmp; ls -l /dev/null /dev/kmsg; ulimit -n' \
        "$(mapped '{"read_only_filesystem":true,"read_write_tmpfs":true,"devices":[{"path":"/dev/kmsg"}],"r_limits":[{"type":"RLIMIT_NOFILE","soft":100,"hard":200}]}')"
    [[ $output == *"Read-only file system"* && $output == *tmp* && $output == *kmsg* && $'\n'$output$'\n' == *$'\n'100$'\n'* ]]
}

@test "one whose root a client has mounted does not start until it is unmounted" {
    create "$(mapped)"
    api POST "/libpod/containers/$ctr/mount"
    [ "$status" = 200 ]
    api POST "/libpod/containers/$ctr/start"
    refused 409 mounted
    api POST "/libpod/containers/$ctr/unmount"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

give_ids() { # LINES: /etc/subuid and /etc/subgid until the test ends, as this engine sees them
    local file
    for file in /etc/subuid /etc/subgid; do
        printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/${file#/etc/}"
        touch "$file"
        mount --bind "$BATS_TEST_TMPDIR/${file#/etc/}" "$file"
    done
}

teardown() {
    mountpoint -q /etc/subuid && umount /etc/subuid
    mountpoint -q /etc/subgid && umount /etc/subgid
    e2e_end_background
}

has_ids() { # FIRST:COUNT: $ctr, of users and of groups
    api GET "/libpod/containers/$ctr/json"
    json '.HostConfig.IDMappings.UidMap == [$map] and .HostConfig.IDMappings.GidMap == [$map]' --arg map "0:$1"
}

@test "with auto each container gets ids of its own, given back with it" {
    give_ids somebody:1:1000 containers:500000:3000
    start '{"userns":{"nsmode":"auto"}}'
    local first=$ctr pid
    has_ids 500000:1024
    pid=$(field .State.Pid)
    [ "$(awk '/^Uid/ {print $2}' "/proc/$pid/status")" = 500000 ]
    create '{"userns":{"nsmode":"auto","value":"size=1500"}}'
    has_ids 501024:1500
    make_with '{"userns":{"nsmode":"auto"}}'
    refused 409 containers /etc/subuid 1024
    api DELETE "/libpod/containers/$first?force=true"
    create '{"userns":{"nsmode":"auto"}}'
    has_ids 500000:1024
    says 'id -u; touch /made && ls -ln /made' '{"idmappings":{"AutoUserNs":true,"AutoUserNsOpts":{"Size":100}}}'
    [[ $output == 0$'\n'*" 0 "*" 0 "* ]]
    has_ids 502524:100
    create '{"userns":{"nsmode":"auto"},"idmappings":{"AutoUserNs":true,"AutoUserNsOpts":{"InitialSize":50}}}'
    has_ids 502624:50
}

@test "auto without ids to choose from, or with what is not chosen, is refused by name" {
    give_ids somebody:1:1000
    make_with '{"userns":{"nsmode":"auto"}}'
    refused 400 userns /etc/subuid containers:
    local more
    for more in '"PasswdFile":"/etc/passwd"' '"GroupFile":"/etc/group"' '"AdditionalUIDMappings":[{"container_id":0,"host_id":1,"size":1}]' \
        '"AdditionalGIDMappings":[{"container_id":0,"host_id":1,"size":1}]' '"Size":-1' '"InitialSize":-1'; do
        make_with "{\"idmappings\":{\"AutoUserNs\":true,\"AutoUserNsOpts\":{$more}}}"
        refused 400 "$(sed 's/"\([A-Za-z]*\).*/\1/' <<<"$more")"
    done
    make_with '{"userns":{"nsmode":"auto","value":"uidmapping=0:1:1"}}'
    refused 400 userns.value uidmapping
    make_with '{"userns":{"nsmode":"host"},"idmappings":{"AutoUserNs":true}}'
    refused 400 idmappings.AutoUserNs
}

@test "podman-remote asks for auto" {
    give_ids containers:700000:70000
    run podman_remote run --rm --network none --userns auto:size=2000 "$IMAGE" cat /proc/self/uid_map
    echo "$output"
    [ "$status" = 0 ]
    [ "$(tr -s ' ' <<<"$output")" = " 0 700000 2000" ]
}

@test "maps that cannot be are refused by name" {
    local maps
    for maps in '"UIDMap":[],"GIDMap":[]' '"UIDMap":[{"container_id":0,"host_id":1,"size":1}]' \
        '"UIDMap":[{"container_id":0,"host_id":1,"size":0}],"GIDMap":[{"container_id":0,"host_id":1,"size":1}]' \
        '"UIDMap":[{"container_id":1,"host_id":1,"size":1}],"GIDMap":[{"container_id":0,"host_id":1,"size":1}]' \
        '"UIDMap":[{"container_id":0,"host_id":4294967290,"size":9}],"GIDMap":[{"container_id":0,"host_id":1,"size":1}]' \
        '"UIDMap":[{"container_id":0,"host_id":1,"size":10},{"container_id":5,"host_id":100,"size":10}],"GIDMap":[{"container_id":0,"host_id":1,"size":1}]'; do
        make_with "{\"userns\":{\"nsmode\":\"private\"},\"idmappings\":{\"HostUIDMapping\":false,\"HostGIDMapping\":false,$maps}}"
        refused 400 idmappings
    done
    local mode
    for mode in keep-id nomap; do
        make_with "{\"userns\":{\"nsmode\":\"$mode\"}}"
        refused 400 userns "$mode"
    done
}
