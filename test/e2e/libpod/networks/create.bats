load "$E2E/lib/e2e"

refuse() { # STATUS DOCUMENT TEXT...: a network that is not made
    local expected=$1 document=$2
    shift 2
    fresh_name net
    post /libpod/networks/create "$(jq -c --arg name "$name" '{name: $name} + .' <<<"$document")"
    refused "$expected" "$@"
    api GET "/libpod/networks/$name/exists"
    [ "$status" = 404 ]
}

@test "a network gets a subnet, its first address as gateway and a bridge of its own" {
    network
    json '.driver == "bridge" and (.id | test("^[0-9a-f]{64}$")) and (.subnets | length == 1)
        and (.subnets[0].gateway | endswith(".1")) and .dns_enabled and (.ipv6_enabled | not)
        and .ipam_options.driver == "host-local"' 
    local first
    first=$(field '.subnets[0].subnet + " " + .network_interface')
    network
    [ "$(field '.subnets[0].subnet')" != "${first% *}" ]
    [ "$(field .network_interface)" != "${first#* }" ]
}

@test "what is asked for is kept: subnets of both families, gateway, lease range, options and labels" {
    network '{"subnets": [{"subnet": "10.201.1.9/24", "gateway": "10.201.1.99",
            "lease_range": {"start_ip": "10.201.1.10", "end_ip": "10.201.1.20"}}, {"subnet": "fd12:1::/64"}],
        "network_interface": "e2e-kept", "options": {"mtu": "1400", "isolate": "1", "com.docker.network.driver.mtu": "1300"},
        "labels": {"a": "b"}, "network_dns_servers": ["192.0.2.53"]}'
    api GET "/libpod/networks/$net/json"
    [ "$status" = 200 ]
    json '.subnets == [{"subnet": "10.201.1.0/24", "gateway": "10.201.1.99",
            "lease_range": {"start_ip": "10.201.1.10", "end_ip": "10.201.1.20"}}, {"subnet": "fd12:1::/64", "gateway": "fd12:1::1"}]
        and .network_interface == "e2e-kept" and .options == {"mtu": "1300", "isolate": "true"} and .labels == {"a": "b"}
        and .ipv6_enabled and .network_dns_servers == ["192.0.2.53"] and .containers == {}'
}

@test "ipv6_enabled adds an IPv6 subnet of fd00::/8" {
    network '{"ipv6_enabled": true}'
    json '(.subnets | length == 2) and (.subnets[1].subnet | startswith("fd") and endswith("/64"))'
}

@test "an internal network without names has no gateway" {
    network '{"internal": true, "dns_enabled": false}'
    json '.internal and (.subnets[0] | has("gateway") | not)'
}

@test "the ipam driver none gives no subnet" {
    network '{"ipam_options": {"driver": "none"}}'
    json '(has("subnets") | not) and .ipam_options.driver == "none"'
}

@test "without a name it is called as its bridge" {
    post /libpod/networks/create '{}'
    [ "$status" = 200 ]
    forget_network "$(field .name)"
    json '.name == .network_interface'
}

@test "a name that is in use is a 409, unless it may be" {
    only_for coracle
    network
    post /libpod/networks/create "{\"name\": \"$net\"}"
    refused 409 "$net" "network already exists"
    post '/libpod/networks/create?ignoreIfExists=true' "{\"name\": \"$net\"}"
    [ "$status" = 200 ]
    [ "$(field .id)" = "$net_id" ]
}

@test "names that mean something else, or nothing, are refused" {
    for name in bridge host none default container 'with blank' ../up -dash ''$'\n'; do
        post /libpod/networks/create "$(jq -nc --arg name "$name" '{name: $name}')"
        [ "$status" -ge 400 ]
        refused 400 name
    done
}

@test "bad subnets are refused naming the field, and nothing is made" {
    refuse 400 '{"subnets": [{"subnet": "nonsense"}]}' subnet nonsense
    refuse 400 '{"subnets": [{"subnet": "10.201.2.0/33"}]}' subnet 10.201.2.0/33
    refuse 400 '{"subnets": [{"subnet": "10.201.2.0/24", "gateway": "10.201.3.1"}]}' gateway 10.201.3.1
    refuse 400 '{"subnets": [{"subnet": "10.201.2.0/24", "gateway": "fd00::1"}]}' gateway fd00::1
    refuse 400 '{"subnets": [{"gateway": "10.201.2.1"}]}' subnet
    refuse 400 '{"subnets": [{"subnet": "10.201.2.0/24", "lease_range": {"start_ip": "10.201.3.1"}}]}' lease_range start_ip
    refuse 400 '{"ipam_options": {"driver": "none"}, "subnets": [{"subnet": "10.201.2.0/24"}]}' none subnets
}

@test "a lease range that ends before it begins is refused, which podman takes" {
    only_for coracle
    refuse 400 '{"subnets": [{"subnet": "10.201.2.0/24", "lease_range": {"start_ip": "10.201.2.9", "end_ip": "10.201.2.8"}}]}' lease_range
}

@test "a subnet that another network, the machine or podman has is a 409 that says whose" {
    network '{"subnets": [{"subnet": "10.201.4.0/24"}]}'
    refuse 409 '{"subnets": [{"subnet": "10.201.4.128/25"}]}' 10.201.4.128/25 "$net"
    refuse 409 '{"subnets": [{"subnet": "10.201.0.0/16"}]}' 10.201.0.0/16
    refuse 409 '{"subnets": [{"subnet": "127.0.0.0/24"}]}' 127.0.0.0/24 lo
    refuse 409 '{"subnets": [{"subnet": "10.88.3.0/24"}]}' 10.88.3.0/24 podman
}

@test "two subnets of one request may not overlap, which podman takes" {
    only_for coracle
    refuse 409 '{"subnets": [{"subnet": "10.201.5.0/24"}, {"subnet": "10.201.5.0/25"}]}' 10.201.5.0/25
}

@test "bad options, drivers, routes and name servers are refused by name" {
    refuse 400 '{"driver": "nosuch"}' driver nosuch
    refuse 400 '{"options": {"mtu": "x"}}' mtu '"x"'
    refuse 400 '{"options": {"vlan": "5000"}}' vlan 5000
    refuse 400 '{"options": {"isolate": "maybe"}}' isolate maybe
    refuse 400 '{"options": {"nosuch": "1"}}' nosuch
    refuse 400 '{"ipam_options": {"driver": "nosuch"}}' ipam nosuch
    refuse 400 '{"routes": [{"destination": "10.1.0.5/24", "gateway": "10.89.0.1"}]}' destination 10.1.0.5/24
    refuse 400 '{"network_dns_servers": ["9.9.9.9"]}' NetworkDNSServers
    refuse 400 '{"dns_enabled": true, "network_dns_servers": ["x"]}' NetworkDNSServers x
    refuse 400 '{"driver": "macvlan", "network_interface": "nosuch0", "subnets": [{"subnet": "10.201.6.0/24"}]}' nosuch0
    refuse 400 '{"id": "abc"}' id abc
}

@test "an interface has a name the kernel takes, is no other network's, and a bridge" {
    network '{"network_interface": "e2e-mine"}'
    refuse 409 '{"network_interface": "e2e-mine"}' e2e-mine
    only_for coracle
    refuse 400 '{"network_interface": "much-too-long-for-it"}' network_interface
    refuse 400 '{"network_interface": "lo"}' network_interface lo
}
