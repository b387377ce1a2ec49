# pause and unpause
load "$E2E/lib/e2e"

@test "pause and unpause change the state, once" {
    docker_start
    api POST "/containers/$ctr/pause"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json '.State | .Status == "paused" and .Running and .Paused'
    api POST "/containers/$ctr/pause"
    refused 409 'already paused'
    api DELETE "/containers/$ctr"
    refused 409 'container is paused'
    api POST "/containers/$ctr/unpause"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json '.State | .Status == "running" and (.Paused | not)'
    api POST "/containers/$ctr/unpause"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *"is not paused"* ]]
}

@test "pause and unpause of one that does not run, and of none" {
    docker_create
    api POST "/containers/$ctr/pause"
    refused 409 'is not running'
    api POST "/containers/$ctr/unpause"
    [ "$status" -ge 400 ]
    api POST /containers/nosuch/pause
    refused 404 'No such container: nosuch'
    api POST /containers/nosuch/unpause
    refused 404 'No such container: nosuch'
}

@test "a paused container can be removed with force" {
    docker_start
    api POST "/containers/$ctr/pause"
    api DELETE "/containers/$ctr?force=1"
    [ "$status" = 204 ]
}
