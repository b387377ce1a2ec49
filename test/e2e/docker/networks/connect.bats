load "$E2E/lib/e2e"
load "$E2E/lib/networks"

connect() { # NETWORK CONTAINER [ENDPOINT]
    post "/networks/$1/connect" "{\"Container\": \"$2\", \"EndpointConfig\": ${3:-null}}"
}

@test "a running container joins a network with addresses, aliases and driver options, and inspect shows them" {
    docker_network
    first=$net
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.78.3.0/24"}]}}'
    docker_start '{"Hostname": "some-host", "HostConfig": {"NetworkMode": "'"$first"'"}}'
    connect "$net" "$ctr" '{"Aliases": ["one", "two"], "IPAMConfig": {"IPv4Address": "10.78.3.33"}, "DriverOpts": {"a": "b"}}'
    [ "$status" = 200 ]
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] |
        .IPAddress == "10.78.3.33" and .IPPrefixLen == 24 and .Gateway == "10.78.3.1" and .Aliases == ["one", "two"]
        and .IPAMConfig.IPv4Address == "10.78.3.33" and .DriverOpts == {a: "b"} and (.NetworkID | length == 64)
        and (.EndpointID | length == 64) and (.MacAddress | length == 17)
        and .DNSNames == [$name, "one", "two", $id, "some-host"]' --arg net "$net" --arg name "$name" --arg id "${ctr:0:12}"
    json '.HostConfig.NetworkMode == $first' --arg first "$first"
    api GET "/v1.43/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] |
        .Aliases == ["one", "two", $id, "some-host"]' --arg net "$net" --arg id "${ctr:0:12}"
}

@test "a created container takes new settings until it starts" {
    only_for coracle # dockerd says so, and forgets them
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.78.4.0/24"}]}}'
    docker_create '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    connect "$net" "$ctr" '{"IPAMConfig": {"IPv4Address": "10.78.4.20"}}'
    [ "$status" = 200 ]
    connect "$net" "$ctr" '{"IPAMConfig": {"IPv4Address": "10.78.4.21"}}'
    [ "$status" = 200 ]
    api POST "/containers/$ctr/start"
    [ "$(address_of "$ctr" "$net")" = 10.78.4.21 ]
}

@test "a container on the default network joins another and names resolve there" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    target=$name target_id=$ctr
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    connect "$net" "$ctr"
    [ "$status" = 200 ]
    ip=$(address_of "$target_id" "$net")
    wait_until 10 resolves "$ctr" "$target" "$ip"
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks | (keys | sort) == (["bridge", $net] | sort)' --arg net "$net"
}

@test "what cannot be joined is refused in Docker's words" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.78.5.0/24"}]}}'
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    connect "$net" "$ctr"
    [ "$status" = 403 ]
    json '.message | contains("already exists in network " + $net)' --arg net "$net"
    connect nosuch-network "$ctr"
    [ "$status" = 404 ]
    connect "$net" nosuch-container
    [ "$status" = 404 ]
    connect host "$ctr"
    [ "$status" = 400 ]
    connect none "$ctr"
    [ "$status" = 400 ]
    connect bridge "$ctr" '{"Aliases": ["x"]}'
    [ "$status" = 400 ]
    connect bridge "$ctr" '{"IPAMConfig": {"IPv4Address": "10.1.1.1"}}'
    [ "$status" = 400 ]
    docker_start
    connect "$net" "$ctr" '{"IPAMConfig": {"IPv4Address": "10.99.0.5"}}'
    refused 400 container
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    connect "$net" "$ctr" '{"IPAMConfig": {"IPv4Address": "10.99.0.5"}}'
    [ "$status" = 400 ]
    json '.message | contains("10.99.0.5")'
    only_for coracle
    connect "$net" "$ctr" '{"GwPriority": 100}'
    refused 400 100
    connect "$net" "$ctr" '{"IPAMConfig": {"LinkLocalIPs": ["169.254.8.8"]}}'
    refused 400 LinkLocalIPs
}

@test "an address that somebody has is forbidden" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.78.6.0/24"}]}}'
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"},
        "NetworkingConfig": {"EndpointsConfig": {"'"$net"'": {"IPAMConfig": {"IPv4Address": "10.78.6.7"}}}}}'
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    connect "$net" "$ctr" '{"IPAMConfig": {"IPv4Address": "10.78.6.7"}}'
    [ "$status" = 403 ]
    only_for coracle # dockerd shows it all the same
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks | keys == ["bridge"]'
}

@test "the network with the highest priority has the way out" {
    only_for coracle # newer than the peer
    docker_network
    first=$net
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.78.7.0/24"}]}}'
    docker_start '{"HostConfig": {"NetworkMode": "'"$first"'"}}'
    connect "$net" "$ctr" '{"GwPriority": 10}'
    [ "$status" = 200 ]
    [[ "$(inside "$ctr" ip route get 192.0.2.1)" == *"via 10.78.7.1 "* ]]
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net].GwPriority == 10' --arg net "$net"
}

@test "starts, ends and connects of containers are events of the network" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    api DELETE "/containers/$ctr?force=true"
    api GET "/events?since=0&until=$(($(date +%s) + 1))&filters=$(quote '{"network":["'"$net"'"]}')"
    jq -e -s --arg ctr "$ctr" --arg net "$net" '[.[] | select(.Action == "connect" or .Action == "disconnect")]
        | map(.Action) == ["connect", "disconnect"] and all(.[]; .Type == "network" and .Actor.Attributes.container == $ctr
        and .Actor.Attributes.name == $net and .Actor.Attributes.type == "bridge")' <<<"$body"
}
