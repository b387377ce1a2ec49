# DELETE of a container
load "$E2E/lib/e2e"

@test "delete removes one that does not run" {
    docker_create
    api DELETE "/containers/$ctr"
    [ "$status" = 204 ] && [ -z "$body" ]
    api DELETE "/containers/$ctr"
    refused 404 "No such container: $ctr"
}

@test "delete refuses one that runs, with force it is killed at once" {
    docker_start '{"Cmd": ["sh", "-c", "trap \"\" TERM; while :; do sleep 1; done"], "StopTimeout": 60}'
    api DELETE "/containers/$ctr"
    refused 409 "cannot remove container \"/$name\": container is running: stop the container before removing or force remove"
    start=$SECONDS
    api DELETE "/containers/$ctr?force=1"
    [ "$status" = 204 ]
    [ $((SECONDS - start)) -lt 45 ]
}

@test "delete with v removes anonymous volumes, without it keeps them" {
    docker_create '{"Volumes": {"/v": {}}}'
    api GET "/containers/$ctr/json"
    source=$(field '.Mounts[0].Source')
    [ -d "$source" ]
    api DELETE "/containers/$ctr"
    [ -d "$source" ]
    docker_create '{"Volumes": {"/v": {}}}'
    api GET "/containers/$ctr/json"
    source=$(field '.Mounts[0].Source')
    api DELETE "/containers/$ctr?v=1"
    [ ! -e "$source" ]
}

@test "delete of a link is refused: there are none" {
    docker_create
    api DELETE "/containers/$ctr?link=1"
    [ "$status" -ge 400 ]
    [[ $(field .message) == *link* ]]
}
