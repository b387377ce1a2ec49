load "$E2E/lib/e2e"

run_in() { # CONTAINER COMMAND: $output of a shell in it
    post "/containers/$1/exec" "$(jq -cn --arg command "$2" '{AttachStdout: true, AttachStderr: true, Cmd: ["sh", "-c", $command]}')"
    post "/exec/$(field .Id)/start" '{}'
    output=$(unframe <"$body_file")
}

volume_options() { # OPTIONS: HostConfig with a volume at /v
    jq -cn --arg source "$volume" --argjson options "$1" '{HostConfig: {Mounts: [{Type: "volume", Source: $source, Target: "/v", VolumeOptions: $options}]}}'
}

@test "a tmpfs volume is mounted while containers run, shared between them, and gone after the last" {
    volume=v$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\", \"DriverOpts\": {\"type\": \"tmpfs\", \"device\": \"tmpfs\", \"o\": \"size=1m,uid=33,gid=34,mode=0750\"}}"
    mountpoint=$(field .Mountpoint)
    docker_start "$(volume_options '{}')"
    first=$ctr
    run_in "$first" 'stat -c "%u %g %a" /v; df -k /v | tail -n 1; echo hello >/v/file'
    [ "$(head -n 1 <<<"$output")" = '33 34 750' ]
    grep -qE ' 1024 ' <<<"$output"
    docker_start "$(volume_options '{}')"
    run_in "$ctr" 'cat /v/file'
    [ "$output" = hello ]
    api DELETE "/containers/$first?force=true"
    run_in "$ctr" 'cat /v/file'
    [ "$output" = hello ]
    [ "$ENGINE" != coracle ] || grep -qF " $mountpoint " /proc/self/mountinfo
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    [ "$ENGINE" != coracle ] || wait_until 20 bash -c '! grep -qF " $0 " /proc/self/mountinfo' "$mountpoint"
    api DELETE "/containers/$ctr?force=true"
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
}

@test "a bind volume shows its directory, whose content outlives the volume" {
    only_for coracle # peers look in trees of their own
    volume=v$RANDOM$RANDOM
    mkdir -p "$BATS_TEST_TMPDIR/host"
    echo kept >"$BATS_TEST_TMPDIR/host/file"
    docker_start "$(volume_options "{\"DriverConfig\": {\"Name\": \"local\", \"Options\": {\"type\": \"none\", \"device\": \"$BATS_TEST_TMPDIR/host\", \"o\": \"bind\"}}, \"Labels\": {\"a\": \"b\"}}")"
    run_in "$ctr" 'cat /v/file; echo new >/v/more'
    [ "$output" = kept ]
    api GET "/containers/$ctr/json"
    json '.HostConfig.Mounts[0].VolumeOptions | .Labels == {a: "b"} and .DriverConfig.Name == "local" and .DriverConfig.Options.o == "bind"'
    api GET "/volumes/$volume"
    json '.Labels == {a: "b"}'
    api DELETE "/containers/$ctr?force=true"
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
    [ "$(cat "$BATS_TEST_TMPDIR/host/file" "$BATS_TEST_TMPDIR/host/more")" = "$(printf 'kept\nnew')" ]
}

@test "what cannot be mounted is said in mount's words, and nothing is left of the start" {
    volume=v$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\", \"DriverOpts\": {\"type\": \"none\", \"device\": \"/no/such/dir\", \"o\": \"bind\"}}"
    docker_create "$(volume_options '{}')"
    api POST "/containers/$ctr/start"
    refused 400 "$volume" /no/such/dir
    api DELETE "/containers/$ctr"
    [ "$status" = 204 ]
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
}

@test "an empty volume gets the image's content and owner, unless nocopy" {
    volume=v$RANDOM$RANDOM
    etc='{HostConfig: {Mounts: [{Type: "volume", Source: $source, Target: "/etc", VolumeOptions: {NoCopy: $nocopy}}]}}'
    docker_start "$(jq -cn --arg source "$volume" --argjson nocopy true "$etc")"
    run_in "$ctr" 'ls /etc/passwd'
    [[ $output == *"No such file"* ]]
    docker_start "$(jq -cn --arg source "$volume-b" --argjson nocopy false "$etc")"
    run_in "$ctr" 'ls /etc/passwd'
    [ "$output" = /etc/passwd ]
    docker_start "$(jq -cn --arg source "$volume-c" '{HostConfig: {Mounts: [{Type: "volume", Source: $source, Target: "/tmp"}]}}')"
    run_in "$ctr" 'stat -c %a /tmp'
    [ "$output" = 1777 ]
}

@test "a subpath is looked up within the volume" {
    [ "$ENGINE" != dockerd ] || skip "26.1 has its own place for it"
    volume=v$RANDOM$RANDOM
    docker_start "$(volume_options '{}')"
    run_in "$ctr" 'mkdir -p /v/a/b && echo deep >/v/a/b/file && ln -s / /v/out && ln -s a/b /v/in'
    api DELETE "/containers/$ctr?force=true"
    for subpath in a/b in; do
        docker_start "$(volume_options "{\"Subpath\": \"$subpath\"}")"
        run_in "$ctr" 'cat /v/file'
        [ "$output" = deep ]
        api DELETE "/containers/$ctr?force=true"
    done
    only_for coracle
    docker_start "$(volume_options '{"Subpath": "out"}')" # the volume is its own root
    run_in "$ctr" 'ls /v'
    [ "$output" = "$(printf 'a\nin\nout')" ]
    api DELETE "/containers/$ctr?force=true"
    docker_create "$(volume_options '{"Subpath": "a/missing"}')"
    api POST "/containers/$ctr/start"
    refused 400 a/missing "$volume"
    api DELETE "/containers/$ctr?force=true"
    for subpath in ../x /x a/../../x; do
        fresh_name
        post "/containers/create?name=$name" "$(volume_options "{\"Subpath\": \"$subpath\"}" | jq -c --arg image "$IMAGE" '. + {Image: $image}')"
        refused 400 subpath
    done
    ! grep subpath- /proc/self/mountinfo
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
}

@test "a driver that nobody has is refused before anything is made" {
    fresh_name
    post "/containers/create?name=$name" "{\"Image\": \"$IMAGE\", \"HostConfig\": {\"VolumeDriver\": \"nosuch\", \"Binds\": [\"never-made:/x\"]}}"
    refused 404 nosuch
    api GET /volumes/never-made
    [ "$status" = 404 ]
    docker_create '{"HostConfig": {"VolumeDriver": "local"}, "Volumes": {"/data": {}}}'
    api GET "/containers/$ctr/json"
    json '.HostConfig.VolumeDriver == "local"'
    api GET "/volumes/$(field '.Mounts[] | select(.Destination == "/data").Name')"
    only_for coracle dockerd
    json '.Labels["com.docker.volume.anonymous"] == ""'
}
