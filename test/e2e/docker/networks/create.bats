load "$E2E/lib/e2e"
load "$E2E/lib/networks"

teardown() {
    end_outside
    e2e_end_background
}

refuse() { # STATUS DOCUMENT TEXT...: a network that is not made
    local expected=$1 document=$2
    shift 2
    fresh_name net
    post /networks/create "$(jq -c --arg name "$name" '{Name: $name} + .' <<<"$document")"
    refused "$expected" "$@"
    api GET "/networks/$name"
    [ "$status" = 404 ]
}

@test "a network gets a subnet and a gateway" {
    docker_network
    json '(.Id | test("^[0-9a-f]{64}$")) and .Warning == ""'
    api GET "/networks/$net"
    json '.Driver == "bridge" and .Scope == "local" and (.IPAM.Config | length == 1) and .IPAM.Config[0].Gateway != ""
        and .IPAM.Driver == "default" and .Containers == {}'
}

@test "what is asked for is shown as it was given" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.203.1.0/24", "IPRange": "10.203.1.128/25", "Gateway": "10.203.1.9",
            "AuxiliaryAddresses": {"printer": "10.203.1.129"}}], "Options": {"o": "p"}}, "Internal": true, "Attachable": true,
        "Options": {"com.docker.network.driver.mtu": "1400", "com.docker.network.bridge.name": "e2e-shown"}, "Labels": {"a": "b"}}'
    api GET "/networks/$net"
    json '.IPAM == {"Driver": "default", "Options": {"o": "p"}, "Config": [{"Subnet": "10.203.1.0/24", "IPRange": "10.203.1.128/25",
            "Gateway": "10.203.1.9", "AuxiliaryAddresses": {"printer": "10.203.1.129"}}]} and .Internal and .Attachable
        and .Options == {"com.docker.network.driver.mtu": "1400", "com.docker.network.bridge.name": "e2e-shown"} and .Labels == {"a": "b"}'
}

@test "addresses come from the range, and auxiliary ones are nobody's" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.203.2.0/24", "IPRange": "10.203.2.128/30",
        "AuxiliaryAddresses": {"a": "10.203.2.129"}, "Gateway": "10.203.2.1"}]}}'
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    local first=$ctr
    docker_start "{\"HostConfig\": {\"NetworkMode\": \"$net\"}}"
    api GET "/networks/$net"
    json '[.Containers[].IPv4Address] | sort | . == ["10.203.2.128/24", "10.203.2.130/24"]'
}

@test "IPv6 may be alone with EnableIPv4=false, and comes with IPv4 otherwise" {
    only_for coracle # dockerd 26 knows no EnableIPv4
    docker_network '{"EnableIPv4": false, "EnableIPv6": true}'
    api GET "/networks/$net"
    json '.EnableIPv6 and (.EnableIPv4 | not) and (.IPAM.Config | length == 1) and (.IPAM.Config[0].Subnet | contains(":"))'
    api GET "/v1.46/networks/$net"
    json 'has("EnableIPv4") | not'
    docker_network '{"EnableIPv6": true}'
    api GET "/networks/$net"
    json '.EnableIPv6 and .EnableIPv4 and (.IPAM.Config | length == 2)'
}

@test "a name that is in use is a 409, with CheckDuplicate and without" {
    docker_network
    post /networks/create "{\"Name\": \"$net\"}"
    refused 409 "$net"
    post /v1.43/networks/create "{\"Name\": \"$net\", \"CheckDuplicate\": true}"
    refused 409 "$net"
}

@test "bridge, host, none and default are not anybody's to make" {
    local name
    for name in bridge host none default; do
        post /networks/create "{\"Name\": \"$name\"}"
        refused 403 "$name"
    done
    post /networks/create '{}'
    refused 400 Name
}

@test "bad subnets are refused naming the field" {
    refuse 400 '{"IPAM": {"Config": [{"Subnet": "nonsense"}]}}' Subnet nonsense
    refuse 400 '{"IPAM": {"Config": [{"Subnet": "10.203.3.5/24"}]}}' Subnet 10.203.3.0/24
    refuse 400 '{"IPAM": {"Config": [{"Gateway": "10.203.3.1"}]}}' Subnet
    refuse 400 '{"IPAM": {"Config": [{"Subnet": "10.203.3.0/24", "Gateway": "10.203.4.1"}]}}' gateway 10.203.4.1
    refuse 400 '{"IPAM": {"Config": [{"Subnet": "10.203.3.0/24", "IPRange": "10.203.4.0/25"}]}}' ip-range 10.203.4.0/25
    refuse 400 '{"IPAM": {"Config": [{"Subnet": "10.203.3.0/24", "AuxiliaryAddresses": {"x": "10.203.4.1"}}]}}' auxiliary x
}

@test "a subnet or a bridge that another network has is a 403" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.203.5.0/24"}]}, "Options": {"com.docker.network.bridge.name": "e2e-dup"}}'
    refuse 403 '{"IPAM": {"Config": [{"Subnet": "10.203.5.0/25"}]}}' 'Pool overlaps' 10.203.5.0/25 "$net"
    refuse 403 '{"Options": {"com.docker.network.bridge.name": "e2e-dup"}}' e2e-dup
}

@test "drivers and scopes nobody has are refused as dockerd does" {
    refuse 404 '{"Driver": "nosuch"}' nosuch
    refuse 403 '{"Driver": "host"}' host
    refuse 403 '{"Driver": "null"}' null
    refuse 403 '{"Driver": "overlay"}' overlay
    refuse 404 '{"IPAM": {"Driver": "nosuch"}}' nosuch
    refuse 403 '{"Scope": "swarm"}' swarm
}

@test "what is not honoured is refused by name" {
    only_for coracle # dockerd does some of it and passes over the rest
    refuse 400 '{"Ingress": true}' Ingress
    refuse 400 '{"ConfigOnly": true}' ConfigOnly
    refuse 400 '{"ConfigFrom": {"Network": "x"}}' ConfigFrom
    refuse 400 '{"Options": {"com.docker.network.bridge.enable_icc": "false"}}' enable_icc
    refuse 400 '{"Options": {"com.docker.network.bridge.enable_ip_masquerade": "false"}}' enable_ip_masquerade
    refuse 400 '{"Options": {"com.docker.network.bridge.gateway_mode_ipv4": "routed"}}' gateway_mode_ipv4
    refuse 400 '{"Options": {"nosuch": "x"}}' nosuch
    refuse 400 '{"Options": {"com.docker.network.driver.mtu": "x"}}' mtu
    refuse 400 '{"Driver": "macvlan"}' parent
}

@test "ports without a host address are published on the one of the option host_binding_ipv4" {
    docker_network '{"Options": {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.7"}}'
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'", "PortBindings": {"80/tcp": [{"HostPort": "18761"}], "81/tcp": [{"HostIp": "127.0.0.8", "HostPort": "18761"}]}},
        "Cmd": ["httpd", "-f", "-p", "80", "-h", "/etc"]}'
    only_for coracle # in these namespaces dockerd 26 shows no port of such a container
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Ports | (.["80/tcp"] | any(. == {HostIp: "127.0.0.7", HostPort: "18761"}) and all(.HostIp != "0.0.0.0")) and .["81/tcp"][0].HostIp == "127.0.0.8"'
    json '.HostConfig.PortBindings["80/tcp"][0].HostIp == ""'
    wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.7:18761/passwd
    ! curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18761/passwd
    api GET "/networks/$net"
    json '.Options == {"com.docker.network.bridge.host_binding_ipv4": "127.0.0.7"}'
    refuse 400 '{"Options": {"com.docker.network.bridge.host_binding_ipv4": "nowhere"}}' host_binding_ipv4 nowhere
}

@test "a subnet that a route of the host leads to is refused, IPv6 too" {
    only_for coracle # dockerd looks at IPv4 alone
    outside fd00:75:40::2/64 fd00:75:40::1/64
    ip -6 route add fd00:75:41::/48 dev "$link"
    refuse 403 '{"EnableIPv6": true, "IPAM": {"Config": [{"Subnet": "fd00:75:41:7::/64"}]}}' fd00:75:41:7::/64 "a route through $link"
    ip link delete "$link"
    docker_network '{"EnableIPv6": true, "IPAM": {"Config": [{"Subnet": "fd00:75:41:7::/64"}]}}'
}
