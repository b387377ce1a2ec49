load "$E2E/lib/e2e"

@test "stop answers 204, and 304 for one that does not run" {
    docker_start
    api POST "/containers/$ctr/stop?t=0"
    [ "$status" = 204 ]
    api POST "/containers/$ctr/stop"
    [ "$status" = 304 ]
    docker_create
    api POST "/containers/$ctr/stop"
    [ "$status" = 304 ]
    api POST /containers/nosuch/stop
    refused 404 'No such container: nosuch'
}

@test "stop takes a signal and waits for what it does" {
    docker_start '{"Cmd": ["sh", "-c", "trap \"exit 8\" USR2; echo ready; while :; do sleep 0.1; done"]}'
    wait_until 10 ready
    api POST "/containers/$ctr/stop?signal=USR2&t=30"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json '.State | .Status == "exited" and .ExitCode == 8'
}

ready() {
    curl -s --unix-socket "$SOCKET" "http://e2e/containers/$ctr/logs?stdout=1" | grep -qa ready
}

@test "stop refuses a signal and a time that are none" {
    docker_start
    api POST "/containers/$ctr/stop?signal=NOSUCH"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *NOSUCH* ]]
    api POST "/containers/$ctr/stop?t=soon"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *soon* ]]
}
