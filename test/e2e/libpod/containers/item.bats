load "$E2E/lib/e2e"

@test "a container is removed and reported" {
    create
    api DELETE "/libpod/containers/$name"
    [ "$status" = 200 ]
    json 'length == 1 and .[0].Id == $id and (.[0].Err == null)' --arg id "$ctr"
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
}

@test "a running one needs force, which does not wait for the stop timeout" {
    start '{"stop_timeout":60}'
    api DELETE "/libpod/containers/$ctr"
    refused 409 "$name" running "container state improper"
    local began=$SECONDS
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    [ "$status" = 200 ]
    [ $((SECONDS - began)) -lt 15 ]
}

@test "with a timeout a running one may end by itself" {
    start '{"command":["sh","-c","trap \"echo bye; exit\" TERM; echo up; while :; do sleep 0.1; done"]}'
    api GET "/libpod/containers/$ctr/json"
    local log
    log=$(field .HostConfig.LogConfig.Path)
    wait_until 60 file_has "$log" up
    exec 8<"$log"
    api DELETE "/libpod/containers/$ctr?force=true&timeout=30"
    [ "$status" = 200 ]
    grep -q bye <&8
}

@test "a paused one is removed by force" {
    start
    api POST "/libpod/containers/$ctr/pause"
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    [ "$status" = 200 ]
}

@test "a missing one can be ignored" {
    api DELETE '/libpod/containers/nosuch?ignore=true'
    [ "$status" = 200 ]
    json '. == [] or . == null'
}

@test "anonymous volumes go with v, and stay without" {
    create '{"volumes":[{"Dest":"/data"}]}'
    api GET "/libpod/containers/$ctr/json"
    local source
    source=$(field '.Mounts[0].Source')
    [ -d "$source" ]
    api DELETE "/libpod/containers/$ctr?v=true"
    [ "$status" = 200 ]
    [ ! -e "$source" ]
}

nothing_is_left() {
    [ -z "$(find "$WORK/root" "$WORK/runroot" -name "*$ctr*" 2>/dev/null)" ]
}

@test "the file system, the log and the run's files are gone with it" {
    start '{"command":["sh","-c","echo text; sleep 1000"]}'
    api GET "/libpod/containers/$ctr/json"
    local dir
    dir=$(field .StaticDir)
    [ -d "$dir" ]
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    [ ! -e "$dir" ]
    only_for coracle
    wait_until 60 nothing_is_left # the exit handler takes the lock once more before it sees that all is done
}
