load "$E2E/lib/e2e"

@test "a paused container's processes stand still, and go on" {
    start '{"command":["sh","-c","while :; do echo tick; sleep 0.02; done"]}'
    api POST "/libpod/containers/$ctr/pause"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$ctr/json"
    json '.State | .Status == "paused" and .Paused'
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    local before=${#body}
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [ ${#body} = "$before" ]
    api POST "/libpod/containers/$ctr/unpause"
    [ "$status" = 204 ]
    wait_until 60 more_than "$before"
}

more_than() { # LENGTH
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [ ${#body} -gt "$1" ]
}

@test "pausing what does not run, or twice, is a conflict" {
    create
    api POST "/libpod/containers/$ctr/pause"
    refused 409 "$ctr" "container state improper"
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/pause"
    api POST "/libpod/containers/$ctr/pause"
    refused 409 paused
}
