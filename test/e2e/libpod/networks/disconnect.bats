load "$E2E/lib/e2e"
load "$E2E/lib/networks"

bridged() { # NETWORK: a running container on it; $ctr, $name
    start "$(jq -c -n --arg net "$1" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
}

disconnect() { # NETWORK CONTAINER [FORCE]
    post "/libpod/networks/$1/disconnect" "{\"Container\": \"$2\", \"Force\": ${3:-false}}"
}

@test "the last network goes as well, and the container lives on with its loopback" {
    network
    bridged "$net"
    disconnect "$net" "$ctr"
    [ "$status" = 200 ]
    ! inside "$ctr" ls /sys/class/net | grep -q eth
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running and (.NetworkSettings.Networks // {} | length == 0)'
    post "/libpod/networks/$net/connect" '{"container": "'"$ctr"'"}'
    [ "$status" = 200 ]
    ip=$(address_of "$ctr" "$net") # not beside the other call: both would write the same body
    inside "$ctr" ip -o addr show eth0 | grep -q "inet $ip/"
}

@test "its address is free for others at once" {
    network '{"subnets": [{"subnet": "10.79.6.0/24"}]}'
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {"static_ips": ["10.79.6.44"]}}}'
    disconnect "$net" "$ctr"
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {"static_ips": ["10.79.6.44"]}}}'
}

@test "a container that was disconnected from everything starts again without a network" {
    network
    bridged "$net"
    disconnect "$net" "$ctr"
    api POST "/libpod/containers/$ctr/stop?timeout=0"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    only_for coracle # podman puts it on the default one
    ! inside "$ctr" ls /sys/class/net | grep -q eth
}

@test "leaving a network that it is not on is refused, with force too" {
    network
    first=$net
    network
    bridged "$first"
    for force in false true; do
        disconnect "$net" "$ctr" $force
        refused 409 "not connected to network $net"
    done
    disconnect nosuch-network "$ctr"
    refused 404 nosuch-network
    disconnect "$net" nosuch-container
    refused 404 nosuch-container
}

@test "disconnect is an event of the container" {
    network
    bridged "$net"
    disconnect "$net" "$ctr"
    api GET "/libpod/events?stream=false&since=10m&filters=$(quote '{"type":["network"],"event":["disconnect"]}')"
    jq -e -s --arg ctr "$ctr" --arg net "$net" 'any(.[]; .Actor.ID == $ctr and .Actor.Attributes.network == $net)' <<<"$body"
}

@test "a removed container leaves its networks" {
    network
    bridged "$net"
    api DELETE "/libpod/containers/$ctr?force=true"
    api DELETE "/libpod/networks/$net"
    [ "$status" = 200 ]
}
