load "$E2E/lib/e2e"

state() { # FILTER: of the container
    api GET "/libpod/containers/$ctr/json"
    json "$1"
}

@test "stop lets the container end by its signal" {
    start '{"command":["sh","-c","trap \"exit 22\" USR2; echo up; while :; do sleep 0.05; done"],"stop_signal":12,"stop_timeout":30}'
    wait_until 60 is_up
    api POST "/libpod/containers/$ctr/stop"
    [ "$status" = 204 ]
    state '.State.ExitCode == 22 and .State.Status == "exited"'
}

is_up() {
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [[ $body == *up* ]]
}

@test "stop kills when the time is over, the request's before the container's" {
    start '{"stop_timeout":100}'
    local began=$SECONDS
    api POST "/libpod/containers/$ctr/stop?timeout=1"
    [ "$status" = 204 ]
    [ $((SECONDS - began)) -lt 20 ]
    state '.State.ExitCode == 137'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/stop?t=0"
    [ "$status" = 204 ]
    state '.State.ExitCode == 137'
}

@test "what does not run is not modified, or fine when ignored" {
    start '{"command":["true"]}'
    api POST "/libpod/containers/$ctr/wait"
    api POST "/libpod/containers/$ctr/stop"
    [ "$status" = 304 ]
    only_for coracle
    api POST "/libpod/containers/$ctr/stop?ignore=true"
    [ "$status" = 204 ]
}

@test "a restart policy does not bring back what was stopped" {
    start '{"restart_policy":"always"}'
    api POST "/libpod/containers/$ctr/stop?timeout=0"
    [ "$status" = 204 ]
    state '.State.Running == false and .State.Status == "exited"'
}

@test "a paused container is stopped" {
    start
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/stop?timeout=0"
    [ "$status" = 204 ] || [ "$status" = 500 ] # podman wants it unpaused first
    only_for coracle
    state '.State.Status == "exited"'
}

@test "a time that is no number is refused" {
    start
    api POST "/libpod/containers/$ctr/stop?timeout=soon"
    refused 400 timeout soon
    state '.State.Running'
}
