load "$E2E/lib/e2e"

@test "restart gives a new process and starts one that did not run" {
    docker_start
    api GET "/containers/$ctr/json"
    pid=$(field .State.Pid)
    api POST "/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json ".State.Running and .State.Pid != $pid and .RestartCount == 0"
    docker_create
    api POST "/containers/$ctr/restart"
    [ "$status" = 204 ]
    api POST /containers/nosuch/restart
    refused 404 'No such container: nosuch'
}

@test "restart is not the end of a container of --rm, which is removed at its end" {
    docker_start '{"HostConfig":{"AutoRemove":true}}'
    api POST "/containers/$ctr/restart?t=0"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json '.State.Running'
    api POST "/containers/$ctr/kill"
    [ "$status" = 204 ]
    api POST "/containers/$ctr/wait?condition=removed"
    api GET "/containers/$ctr/json"
    refused 404 "$ctr"
}
