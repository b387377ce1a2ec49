load "$E2E/lib/e2e"

@test "a network is inspected by name, id and the beginning of it" {
    docker_network
    local key
    for key in "$net" "$net_id" "${net_id:0:12}"; do
        api GET "/networks/$key?verbose=true&scope=local"
        [ "$status" = 200 ]
        json '.Id == $id' --arg id "$net_id"
    done
    api GET "/networks/$net?scope=swarm"
    refused 404 "$net"
}

@test "who runs on a network is shown with addresses" {
    docker_network
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    api GET "/networks/$net"
    json '.Containers[$ctr] | .Name == $name and (.EndpointID | test("^[0-9a-f]{64}$")) and (.MacAddress | test("^..:..:..:..:..:..$"))
        and (.IPv4Address | contains("/")) and .IPv6Address == ""' --arg ctr "$ctr" --arg name "$name"
}

@test "the default network is called bridge, and host and none are networks too" {
    api GET /networks/bridge
    json '.Name == "bridge" and .Options["com.docker.network.bridge.default_bridge"] == "true"'
    docker_start '{"HostConfig": {"NetworkMode": "host"}}'
    api GET /networks/host
    json '.Name == "host" and .Driver == "host" and .IPAM.Config == null and .Containers[$ctr].Name == $name' --arg ctr "$ctr" --arg name "$name"
    api GET /networks/none
    json '.Driver == "null"'
}

@test "a missing network is a 404 that names it" {
    api GET /networks/nosuch
    refused 404 nosuch
    api DELETE /networks/nosuch
    refused 404 nosuch
}

@test "a removed network is gone" {
    docker_network
    api DELETE "/networks/$net"
    [ "$status" = 204 ]
    api GET "/networks/$net"
    [ "$status" = 404 ]
}

@test "a network stays while a container runs on it" {
    docker_network
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    api DELETE "/networks/$net"
    refused 403 "$net" 'has active endpoints' "$name"
    api POST "/containers/$ctr/kill"
    api POST "/containers/$ctr/wait"
    api DELETE "/networks/$net"
    [ "$status" = 204 ]
}

@test "bridge, host and none stay" {
    local name
    for name in bridge host none; do
        api DELETE "/networks/$name"
        refused 403 "$name is a pre-defined network"
    done
}
