load "$E2E/lib/e2e"

@test "resize changes the terminal" {
    docker_start '{"Tty": true, "Cmd": ["sh", "-c", "trap \"stty size\" WINCH; echo ready; while :; do sleep 0.1; done"]}'
    wait_until 10 shows ready
    api POST "/containers/$ctr/resize?h=27&w=91"
    [ "$status" = 200 ]
    wait_until 10 shows '27 91'
}

shows() { # TEXT
    curl -s --unix-socket "$SOCKET" "http://e2e/containers/$ctr/logs?stdout=1" | grep -q "$1"
}

@test "resize needs a size, and a container that runs" {
    docker_create
    api POST "/containers/$ctr/resize?h=1&w=1"
    refused 409 'is not running'
    api POST "/containers/$ctr/resize?h=tall&w=1"
    refused 400 tall
    api POST "/containers/$ctr/resize?h=1"
    [ "$status" = 400 ]
    api POST '/containers/nosuch/resize?h=1&w=1'
    refused 404 'No such container: nosuch'
}
