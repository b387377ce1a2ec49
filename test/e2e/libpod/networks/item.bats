load "$E2E/lib/e2e"

@test "a network is also inspected at its own path, by name, id and the beginning of it" {
    network
    local key
    for key in "$net" "$net_id" "${net_id:0:12}"; do
        api GET "/libpod/networks/$key"
        [ "$status" = 200 ]
        json '.id == $id and .containers == {}' --arg id "$net_id"
    done
}

@test "a removed network is gone, and its subnet free" {
    network '{"subnets": [{"subnet": "10.202.1.0/24"}]}'
    api DELETE "/libpod/networks/$net"
    [ "$status" = 200 ]
    json '. == [{"Name": $net, "Err": null}]' --arg net "$net"
    api DELETE "/libpod/networks/$net"
    refused 404 "$net" 'network not found'
    network '{"subnets": [{"subnet": "10.202.1.0/24"}]}'
}

@test "a network that a container uses stays, and the message says which" {
    network
    create "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    api DELETE "/libpod/networks/$net"
    refused 409 "$net" "$name" 'network is being used'
    api GET "/libpod/networks/$net/exists"
    [ "$status" = 204 ]
}

@test "with force its containers go first" {
    network
    start "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    api DELETE "/libpod/networks/$net?force=true&timeout=0"
    [ "$status" = 200 ]
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
    api GET "/libpod/networks/$net/exists"
    [ "$status" = 404 ]
}

@test "the default network stays" {
    only_for coracle # podman answers 200 and says it in the report
    api DELETE /libpod/networks/podman
    refused 403 podman
}
