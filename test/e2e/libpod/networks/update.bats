load "$E2E/lib/e2e"

servers() {
    api GET "/libpod/networks/$net/json"
    field '.network_dns_servers // [] | join(" ")'
}

@test "name servers come and go" {
    network '{"network_dns_servers": ["192.0.2.1"]}'
    post "/libpod/networks/$net/update" '{"adddnsservers": ["192.0.2.2", "192.0.2.1"]}'
    [ "$status" = 204 ]
    [ "$(servers)" = "192.0.2.1 192.0.2.2" ]
    post "/libpod/networks/$net/update" '{"removednsservers": ["192.0.2.1", "192.0.2.9"]}'
    [ "$status" = 204 ]
    [ "$(servers)" = 192.0.2.2 ]
    post "/libpod/networks/$net/update" '{"removednsservers": ["192.0.2.2"]}'
    [ -z "$(servers)" ]
}

@test "containers that run ask the new ones" {
    only_for coracle # podman keeps them in a folder of its own
    network
    start "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    post "/libpod/networks/$net/update" '{"adddnsservers": ["192.0.2.7"]}'
    [ "$status" = 204 ]
    grep -rq 192.0.2.7 "$WORK"/runroot/coracle/netavark/aardvark-dns/"$net"
}

@test "servers that are none, and networks without names, are refused" {
    network
    post "/libpod/networks/$net/update" '{"adddnsservers": ["nonsense"]}'
    refused 400 AddDNSServers nonsense
    post /libpod/networks/nosuch/update '{"adddnsservers": ["192.0.2.1"]}'
    refused 404 nosuch
    only_for coracle
    network '{"dns_enabled": false}'
    post "/libpod/networks/$net/update" '{"adddnsservers": ["192.0.2.1"]}'
    refused 400 AddDNSServers "$net"
}
