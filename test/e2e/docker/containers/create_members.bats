load "$E2E/lib/e2e"

# What a container made with $2 says when it runs the script $1: $output.
docker_says() { # SCRIPT [DOCUMENT]
    local document
    document=$(jq -c -n --arg script "$1" --argjson more "${2:-{\}}" '{Cmd: ["sh", "-c", $script], HostConfig: {NetworkMode: "none"}} * $more')
    docker_start "$document" || return 1
    api POST "/containers/$ctr/wait"
    api GET "/containers/$ctr/logs?stdout=1&stderr=1"
    output=$(unframe <"$body_file")
    echo "it said: $output"
}

refuses() { # TEXT DOCUMENT
    post /containers/create "$(jq -c -n --arg image "$IMAGE" --argjson more "$2" '{Image: $image} + $more')"
    refused 400 "$1"
}

@test "a tmpfs has the options asked for, and no others" {
    docker_says 'grep " /t " /proc/mounts' '{"HostConfig":{"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":65536,"Mode":448,"Options":[["exec"],["uid","5"]]}}]}}'
    [[ $output == *size=64k* && $output == *mode=700* && $output == *uid=5* && $output != *noexec* ]]
    only_for coracle # dockerd fails at start
    refuses TmpfsOptions.Options '{"HostConfig":{"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"Options":[["bind"]]}}]}}'
    refuses TmpfsOptions.Options '{"HostConfig":{"Mounts":[{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"Options":[["uid","5,exec"]]}}]}}'
}

@test "a bind is read-only with all that is mounted below it when it has to be" {
    mkdir -p "$WORK/recursive/below"
    mount -t tmpfs below "$WORK/recursive/below"
    local mounts='[{"Type":"bind","Source":"'$WORK/recursive'","Target":"/m","ReadOnly":true,"BindOptions":{"Propagation":"rprivate","ReadOnlyForceRecursive":true}}]'
    docker_says 'touch /m/x; touch /m/below/x' "{\"HostConfig\":{\"Mounts\":$mounts}}"
    [ "$(grep -c 'Read-only file system' <<<"$output")" = 2 ]
    docker_says 'touch /m/x; touch /m/below/x' "{\"HostConfig\":{\"Mounts\":${mounts/ReadOnlyForceRecursive/ReadOnlyNonRecursive}}}"
    [ "$(grep -c 'Read-only file system' <<<"$output")" = 1 ]
    refuses ReadOnlyForceRecursive "{\"HostConfig\":{\"Mounts\":${mounts/\"ReadOnly\":true,/}}}"
    docker_says 'touch /m/x; touch /m/below/x' "{\"HostConfig\":{\"Mounts\":${mounts/,\"ReadOnlyForceRecursive\":true/}}}"
    [ "$(grep -c 'Read-only file system' <<<"$output")" = 2 ]
    docker_says 'touch /m/x; touch /m/below/x' "{\"HostConfig\":{\"Binds\":[\"$WORK/recursive:/m:ro\"]}}"
    [ "$(grep -c 'Read-only file system' <<<"$output")" = 2 ]
    fresh_name # and to older clients it was the mount alone
    post "/v1.43/containers/create?name=$name" "{\"Image\":\"$IMAGE\",\"Cmd\":[\"touch\",\"/m/below/x\"],\"HostConfig\":{\"NetworkMode\":\"none\",\"Mounts\":${mounts/,\"BindOptions\"*/\}]}}}"
    [ "$status" = 201 ]
    api POST "/containers/$name/start"
    api POST "/containers/$name/wait"
    json '.StatusCode == 0'
    umount "$WORK/recursive/below"
}

@test "a missing source of a long mount is made when that is asked for" {
    docker_says 'ls -d /m' "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"bind\",\"Source\":\"$WORK/made-by-mount\",\"Target\":\"/m\",\"Consistency\":\"delegated\",\"BindOptions\":{\"CreateMountpoint\":true}}]}}"
    [ -d "$WORK/made-by-mount" ]
}

@test "a subpath of a volume is mounted, one that leads out is refused" {
    local mounts='[{"Type":"volume","Source":"'subpath-$RANDOM'","Target":"/v","VolumeOptions":{"Subpath":"../x"}}]'
    refuses ubpath "{\"HostConfig\":{\"Mounts\":$mounts}}"
}

@test "volumes of another container are there, read-only or labelled when asked" {
    docker_create '{"Volumes":{"/shared":{}}}'
    local from=$ctr
    docker_says 'touch /shared/x && echo wrote' "{\"HostConfig\":{\"VolumesFrom\":[\"$from\"]}}"
    [ "$output" = wrote ]
    docker_says 'touch /shared/y || ls /shared' "{\"HostConfig\":{\"VolumesFrom\":[\"$from:ro\"]}}"
    [[ $output == *'Read-only file system'* && $'\n'$output$'\n' == *$'\n'x$'\n'* ]]
    docker_says 'ls /shared' "{\"HostConfig\":{\"VolumesFrom\":[\"$from:z\"]}}"
    [ "$output" = x ]
    refuses "$from:no" "{\"HostConfig\":{\"VolumesFrom\":[\"$from:no\"]}}"
}

@test "an image is mounted read-only, or a part of it" {
    only_for coracle # dockerd 26 does not know the kind yet
    local mounts='[{"Type":"image","Source":"'$IMAGE'","Target":"/m"}]'
    docker_says 'ls /m/bin/busybox; touch /m/x' "{\"HostConfig\":{\"Mounts\":$mounts}}"
    [[ $output == */m/bin/busybox* && $output == *'Read-only file system'* ]]
    api GET "/containers/$ctr/json"
    json '.Mounts[0] | .Type == "image" and .Destination == "/m" and .RW == false'
    mounts=${mounts/\}/,\"ImageOptions\":{\"Subpath\":\"bin\"\}\}}
    docker_says 'ls /m/busybox' "{\"HostConfig\":{\"Mounts\":$mounts}}"
    [ "$output" = /m/busybox ]
    api GET "/containers/$ctr/json"
    json '.HostConfig.Mounts[0].ImageOptions.Subpath == "bin"'
    refuses ubpath "{\"HostConfig\":{\"Mounts\":${mounts/\"bin\"/\"../x\"}}}"
    refuses ubpath "{\"HostConfig\":{\"Mounts\":${mounts/\"bin\"/\"/x\"}}}"
}

@test "mounts of kinds that are not here are refused by name" {
    local type
    for type in npipe cluster; do
        refuses "$type" "{\"HostConfig\":{\"Mounts\":[{\"Type\":\"$type\",\"Source\":\"x\",\"Target\":\"/t\"}]}}"
    done
    only_for coracle
    refuses ImageOptions '{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/","Target":"/t","ImageOptions":{"Subpath":"x"}}]}}'
    refuses ClusterOptions '{"HostConfig":{"Mounts":[{"Type":"bind","Source":"/","Target":"/t","ClusterOptions":{"x":"y"}}]}}'
    refuses Cgroup '{"HostConfig":{"Cgroup":"foo"}}'
    refuses StorageOpt '{"HostConfig":{"StorageOpt":{"size":"1G"}}}'
}

@test "a disabled network is none" {
    docker_says 'ls /sys/class/net' '{"NetworkDisabled":true,"HostConfig":{"NetworkMode":"default"}}'
    [ "$output" = lo ]
}

@test "what is for builds, Windows and the client alone is taken" {
    docker_create '{"OnBuild":["RUN x"],"ArgsEscaped":true,"Shell":["/bin/ash"],"HostConfig":{"ContainerIDFile":"/nosuch/file"}}'
    [ ! -e /nosuch/file ]
}

@test "a weight of block devices is taken from 10 to 1000" {
    docker_create '{"HostConfig":{"BlkioWeight":300}}'
    api GET "/containers/$ctr/json"
    [ "$ENGINE" != coracle ] || json '.HostConfig.BlkioWeight == 300'
    refuses '10 to 1000' '{"HostConfig":{"BlkioWeight":5}}'
}

@test "an address of the other kind is refused by name" {
    only_for coracle
    docker_network
    refuses 'IPv6 address: 10.0.0.1' "{\"HostConfig\":{\"NetworkMode\":\"$net\"},\"NetworkingConfig\":{\"EndpointsConfig\":{\"$net\":{\"IPAMConfig\":{\"IPv6Address\":\"10.0.0.1\"}}}}}"
}
