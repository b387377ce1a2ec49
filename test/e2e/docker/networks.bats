load "$E2E/lib/e2e"

listed() { # FILTERS: names of the networks that pass, sorted
    api GET "/networks?filters=$(quote "$1")"
    [ "$status" = 200 ] || return 1
    field '[.[].Name] | sort | join(" ")'
}

@test "bridge, host and none are there" {
    api GET /networks
    [ "$status" = 200 ]
    json '[.[] | select(.Name == "bridge" or .Name == "host" or .Name == "none") | .Driver] | sort == ["bridge", "host", "null"]'
    json '.[] | select(.Name == "bridge") | .Options["com.docker.network.bridge.default_bridge"] == "true"'
    [ "$(listed '{"type": ["builtin"]}')" = "bridge host none" ]
}

@test "the list is also at /networks/" {
    api GET /networks/
    [ "$status" = 200 ]
    json 'any(.Name == "none")'
}

@test "filters pick by name, id, driver, label, type and scope, and all have to hold" {
    docker_network '{"Labels": {"kind": "x", "same": "1"}}'
    local one=$net one_id=$net_id
    docker_network '{"Labels": {"kind": "y", "same": "1"}}'
    [ "$(listed "{\"name\": [\"${one#n-}\"]}")" = "$one" ]
    [ "$(listed "{\"id\": [\"${one_id:3:20}\"]}")" = "$one" ]
    [ "$(listed '{"label": ["kind=x"]}')" = "$one" ]
    [ -z "$(listed '{"label": ["kind=x", "kind=y"]}')" ]
    [ "$(listed "{\"name\": [\"$one\", \"$net\"], \"label\": [\"kind=y\"]}")" = "$net" ]
    [ -z "$(listed "{\"name\": [\"$one\"], \"type\": [\"builtin\"]}")" ]
    [ -z "$(listed '{"scope": ["swarm"]}')" ]
    [ "$(listed '{"driver": ["host"], "scope": ["local"]}')" = host ]
}

@test "a network is dangling while nothing runs on it" {
    docker_network
    [ "$(listed "{\"name\": [\"$net\"], \"dangling\": [\"true\"]}")" = "$net" ]
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    [ -z "$(listed "{\"name\": [\"$net\"], \"dangling\": [\"true\"]}")" ]
    [ "$(listed "{\"name\": [\"$net\"], \"dangling\": [\"0\"]}")" = "$net" ]
}

@test "filters nobody knows and values that are none are refused" {
    local filters
    for filters in '{"nosuch": ["a"]}' '{"dangling": ["x"]}' '{"type": ["nonsense"]}' '{"until": ["1h"]}'; do
        api GET "/networks?filters=$(quote "$filters")"
        refused 400 "$(jq -r 'keys[0]' <<<"$filters")"
    done
}

@test "a list shows containers up to v1.27" {
    docker_network
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    api GET /v1.27/networks
    json '.[] | select(.Name == $net) | .Containers[$ctr].Name == $name' --arg net "$net" --arg ctr "$ctr" --arg name "$name"
    api GET /v1.28/networks
    json '.[] | select(.Name == $net) | .Containers == {}' --arg net "$net"
}
