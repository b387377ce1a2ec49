load "$E2E/lib/e2e"

@test "exec prepares a command and answers its id" {
    docker_start
    post "/containers/$ctr/exec" '{"Cmd": ["true"]}'
    [ "$status" = 201 ]
    json '.Id | length == 64'
}

@test "exec refuses no command, one that does not run and none" {
    docker_start
    post "/containers/$ctr/exec" '{}'
    refused 400 'No exec command specified'
    post "/containers/$ctr/exec" '{"Cmd": ["true"], "DetachKeys": "zz-"}'
    [ "$status" -ge 400 ]
    [[ $(field .message) == *zz-* ]]
    api POST "/containers/$ctr/pause"
    post "/containers/$ctr/exec" '{"Cmd": ["true"]}'
    refused 409 'is paused, unpause the container before exec'
    docker_create
    post "/containers/$ctr/exec" '{"Cmd": ["true"]}'
    refused 409 "container $ctr is not running"
    post /containers/nosuch/exec '{"Cmd": ["true"]}'
    refused 404 'No such container: nosuch'
}
