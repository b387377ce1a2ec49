load "$E2E/lib/e2e"
load "$E2E/lib/networks"

disconnect() { # NETWORK CONTAINER [FORCE]
    post "/networks/$1/disconnect" "{\"Container\": \"$2\", \"Force\": ${3:-false}}"
}

@test "a container leaves a network while it runs" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    disconnect "$net" "$ctr"
    [ "$status" = 200 ]
    api GET "/containers/$ctr/json"
    json '.State.Running and .NetworkSettings.Networks == {}'
    ! inside "$ctr" ls /sys/class/net | grep -q eth
}

@test "a container that does not run will not join it" {
    docker_network
    docker_create '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    disconnect "$net" "$ctr"
    [ "$status" = 200 ]
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks == {}'
}

@test "what cannot be left is refused" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    disconnect "$net" "$ctr"
    refused 403 "is not connected to network $net"
    disconnect nosuch-network "$ctr"
    [ "$status" = 404 ]
    disconnect "$net" nosuch-container
    [ "$status" = 404 ]
    docker_start '{"HostConfig": {"NetworkMode": "host"}}'
    disconnect host "$ctr"
    [ "$status" = 400 ]
}
