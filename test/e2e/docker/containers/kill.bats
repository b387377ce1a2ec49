load "$E2E/lib/e2e"

@test "kill sends SIGKILL, or what it is asked to" {
    docker_start
    api POST "/containers/$ctr/kill?signal=CONT"
    [ "$status" = 204 ]
    api POST "/containers/$ctr/kill"
    [ "$status" = 204 ]
    api POST "/containers/$ctr/wait"
    json '.StatusCode == 137'
}

@test "kill of one that does not run is a conflict, of none a 404" {
    docker_create
    api POST "/containers/$ctr/kill"
    refused 409 "cannot kill container: $ctr: container $ctr is not running"
    api POST /containers/nosuch/kill
    refused 404 'No such container: nosuch'
}

@test "kill refuses a signal that is none" {
    docker_start
    api POST "/containers/$ctr/kill?signal=NOSUCH"
    refused 400 NOSUCH
    api POST "/containers/$ctr/kill?signal=0"
    refused 400 0
}
