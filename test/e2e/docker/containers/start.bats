load "$E2E/lib/e2e"

@test "start answers 204, and 304 for one that runs" {
    docker_create
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ] && [ -z "$body" ]
    api POST "/containers/$ctr/start"
    [ "$status" = 304 ] && [ -z "$body" ]
}

has_said() { # QUERY
    api GET "/containers/$ctr/logs?stdout=1$1"
    [[ $body == *first* ]]
}

@test "logs since the start have the first that was said" {
    docker_start '{"Cmd": ["sh", "-c", "echo first; sleep 1000"]}'
    wait_until 60 has_said ""
    api GET "/containers/$ctr/json"
    has_said "&since=$(date -d "$(field .State.StartedAt)" +%s.%N)"
}

@test "start of a missing container is a 404 that names it" {
    api POST /containers/nosuch/start
    refused 404 'No such container: nosuch'
}

@test "start of a command that is not there keeps 127 and the runtime's words" {
    docker_create '{"Cmd": ["nosuchcommand"]}'
    api POST "/containers/$ctr/start"
    [ "$status" = 404 ] || [ "$status" = 400 ]
    [[ $(field .message) == *nosuchcommand*not\ found* ]]
    api GET "/containers/$ctr/json"
    json '.State | .Status == "created" and .ExitCode == 127 and (.Error | contains("not found")) and .Running == false'
}

@test "start of a command that cannot be executed is a 400 and keeps 126" {
    docker_create '{"Cmd": ["/etc/passwd"]}'
    api POST "/containers/$ctr/start"
    refused 400 'permission denied'
    api GET "/containers/$ctr/json"
    json '.State.ExitCode == 126'
}

@test "start refuses a body that has a host configuration, takes {} for none" {
    docker_create
    post "/containers/$ctr/start" '{"Binds": ["/:/host"]}'
    refused 400 'non-empty request body'
    post "/containers/$ctr/start" '{}'
    [ "$status" = 204 ]
}

@test "start from a checkpoint is refused by name" {
    only_for coracle
    docker_create
    api POST "/containers/$ctr/start?checkpoint=one"
    refused 400 checkpoint one
}

@test "start of a paused container is a conflict" {
    docker_start
    api POST "/containers/$ctr/pause"
    api POST "/containers/$ctr/start"
    refused 409 'cannot start a paused container, try unpause instead'
}

@test "start names a port that is taken" {
    only_for coracle # dockerd without its proxies does not look
    docker_start '{"HostConfig": {"NetworkMode": "bridge", "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "39281"}]}}}'
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "39281"}]}}}'
    api POST "/containers/$ctr/start"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *39281* ]]
}

@test "a port is free again once stop or wait has answered" {
    port='{"HostConfig": {"NetworkMode": "bridge", "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "39282"}]}}}'
    docker_start "$port"
    api POST "/containers/$ctr/stop?t=0"
    docker_start "$port"
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    docker_start "$port"
}
