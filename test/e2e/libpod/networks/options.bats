load "$E2E/lib/e2e"
load "$E2E/lib/networks"

# What a network's options make of running containers.

teardown() {
    end_outside
    e2e_end_background
}

on_network() { # [DOCUMENT: more of the container]: a running container on $net
    start "$(jq -c -n --arg net "$net" --argjson more "${1:-{\}}" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}, command: ["httpd", "-f", "-p", "80"]} + $more')"
}

@test "from an internal network nothing outside is reached, but its neighbours are, by name" {
    outside 192.0.2.2/30 192.0.2.1/30
    serve_beyond
    network
    on_network
    inside "$ctr" ip route | grep -q '^default'
    wait_until 10 reaches "$ctr" 192.0.2.2
    network '{"internal": true, "dns_enabled": true}'
    on_network
    first=$ctr first_name=$name
    ! inside "$first" ip route | grep -q '^default'
    ! reaches "$first" 192.0.2.2
    on_network
    reaches "$ctr" "$(address_of "$first" "$net")"
    only_for coracle # names that are asked of podman 5.4 on an inner network are not answered
    wait_until 10 resolves "$ctr" "$first_name" "$(address_of "$first" "$net")"
}

@test "networks that are isolated do not reach each other, others they do" {
    network '{"options": {"isolate": "true"}}'
    on_network
    one=$ctr one_ip=$(address_of "$ctr" "$net")
    network '{"options": {"isolate": "true"}}'
    on_network
    two=$ctr two_ip=$(address_of "$ctr" "$net")
    network
    on_network
    wait_until 10 reaches "$one" "$(address_of "$ctr" "$net")"
    ! reaches "$one" "$two_ip"
    ! reaches "$two" "$one_ip"
    on_network
    wait_until 10 reaches "$two" "$(address_of "$ctr" "$net")"
}

@test "mtu and metric are those of the container's interface and route" {
    network '{"options": {"mtu": "1400", "metric": "77"}}'
    on_network
    [ "$(inside "$ctr" cat /sys/class/net/eth0/mtu)" = 1400 ]
    inside "$ctr" ip route | grep '^default' | grep -q 'metric 77'
}

@test "of two networks the one with the better metric has the way out" {
    network '{"options": {"metric": "200"}}'
    first=$net
    network '{"options": {"metric": "50"}, "subnets": [{"subnet": "10.75.21.0/24"}]}'
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$first"'": {}, "'"$net"'": {}}}'
    [[ "$(inside "$ctr" ip route get 192.0.2.1)" == *"via 10.75.21.1 "* ]]
}

@test "without ipam a container has an interface and no address" {
    network '{"ipam_options": {"driver": "none"}, "dns_enabled": false}'
    on_network
    [[ "$(inside "$ctr" cat /sys/class/net/eth0/operstate)" == up ]]
    ! inside "$ctr" ip -4 addr show eth0 | grep -q 'inet '
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "" and (.MacAddress | length == 17)' --arg net "$net"
}

@test "what this netavark would pass over in silence is refused with its version" {
    only_for coracle
    case $("$(find /usr/libexec/podman /usr/lib/podman -name netavark | head -n 1)" --version) in *" 1.4."*) ;; *) skip "a newer netavark" ;; esac
    for document in '{"options": {"vlan": "10"}}' '{"options": {"no_default_route": "true"}}' '{"options": {"isolate": "strict"}}' \
        '{"routes": [{"destination": "10.20.0.0/16", "gateway": "10.75.22.9"}], "subnets": [{"subnet": "10.75.22.0/24"}]}'; do
        net=n-$BASHPID-$RANDOM
        post /libpod/networks/create "$(jq -c --arg name "$net" '{name: $name} + .' <<<"$document")"
        refused 501 'netavark 1.4.0' || refused 400 'netavark 1.4.0'
        api GET "/libpod/networks/$net/exists"
        [ "$status" = 404 ]
    done
}

@test "addresses by dhcp are refused with the reason" {
    only_for coracle
    post /libpod/networks/create '{"name": "by-dhcp", "ipam_options": {"driver": "dhcp"}}'
    refused 400 dhcp-proxy
}
