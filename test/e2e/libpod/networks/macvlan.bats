load "$E2E/lib/e2e"
load "$E2E/lib/networks"

# Interfaces that share the host's: containers are machines beside it.

teardown() {
    e2e_remove_containers
    e2e_remove_networks
    end_outside
    e2e_end_background
}

on_network() { # [OPTIONS: of the container on it]: a running container on $net
    start "$(jq -c -n --arg net "$net" --argjson how "${1:-{\}}" '{netns: {nsmode: "bridge"}, Networks: {($net): $how}, command: ["httpd", "-f", "-p", "80"]}')"
}

drivers() { # what kernel and netavark have
    api GET /info
    field '.Plugins.Network[]'
}

@test "containers on a macvlan are in the network of its parent, with their own MAC addresses" {
    drivers | grep -qx macvlan || skip "this kernel has no macvlan"
    outside 10.75.31.1/24
    serve_beyond
    network '{"driver": "macvlan", "network_interface": "'"$link"'", "subnets": [{"subnet": "10.75.31.0/24", "gateway": "10.75.31.1"}],
        "options": {"mtu": "1400"}}'
    on_network '{"static_ips": ["10.75.31.10"], "static_mac": "02:00:00:00:31:10"}'
    first=$ctr
    [ "$ENGINE" = podman ] || [ "$(inside "$first" cat /sys/class/net/eth0/address)" = 02:00:00:00:31:10 ] # 5.4 gives it another
    [ "$(inside "$first" cat /sys/class/net/eth0/mtu)" = 1400 ]
    inside "$first" ip route | grep -q '^default via 10.75.31.1 '
    wait_until 10 reaches "$first" 10.75.31.1
    beyond nc -z -w 3 10.75.31.10 80
    on_network
    reaches "$ctr" 10.75.31.10
    api GET "/libpod/containers/$first/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "10.75.31.10" and (.MacAddress | length == 17) and .Gateway == "10.75.31.1"' \
        --arg net "$net"
    api POST "/libpod/containers/$first/stop?timeout=0"
    ! beyond nc -z -w 3 10.75.31.10 80
    api GET "/networks/$net"
    json '.Driver == "macvlan" and (.Containers | keys == [$ctr])' --arg ctr "$ctr"
}

@test "Docker's clients name the parent among the options, and connect a running container" {
    drivers | grep -qx macvlan || skip "this kernel has no macvlan"
    outside 10.75.32.1/24
    docker_network '{"Driver": "macvlan", "IPAM": {"Config": [{"Subnet": "10.75.32.0/24", "IPRange": "10.75.32.64/26"}]},
        "Options": {"parent": "'"$link"'", "macvlan_mode": "bridge"}}'
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}, "Cmd": ["httpd", "-f", "-p", "80"]}'
    post "/networks/$net/connect" '{"Container": "'"$ctr"'"}'
    [ "$status" = 200 ]
    ip=$(address_of "$ctr" "$net")
    [[ $ip == 10.75.32.* ]] && [ "${ip##*.}" -ge 64 ] && [ "${ip##*.}" -lt 128 ]
    wait_until 10 beyond nc -z -w 3 "$ip" 80
    post "/networks/$net/disconnect" '{"Container": "'"$ctr"'"}'
    [ "$status" = 200 ]
    ! beyond nc -z -w 3 "$ip" 80
}

@test "without ipam a container on a macvlan has an interface and no address" {
    drivers | grep -qx macvlan || skip "this kernel has no macvlan"
    outside 10.75.33.1/24
    network '{"driver": "macvlan", "network_interface": "'"$link"'", "ipam_options": {"driver": "none"}, "dns_enabled": false}'
    on_network
    inside "$ctr" ip link show eth0 | grep -q UP
    ! inside "$ctr" ip -4 addr show eth0 | grep -q 'inet '
}

@test "a parent that is gone at the start gives netavark's reason, and everything is undone" {
    only_for coracle
    drivers | grep -qx macvlan || skip "this kernel has no macvlan"
    outside 10.75.34.1/24
    network '{"driver": "macvlan", "network_interface": "'"$link"'", "subnets": [{"subnet": "10.75.34.0/24"}]}'
    ip link delete "$link"
    create '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}}'
    api POST "/libpod/containers/$ctr/start"
    refused 500 "netavark setup" "No such device"
    api GET "/libpod/containers/$ctr/json"
    json '.State.Status == "created" and .State.Pid == 0 and (.State.Error | contains("netavark"))'
    wait_until 10 test ! -e "$WORK/runroot/coracle/netns/$ctr"
    wait_until 10 test ! -e "$WORK/runroot/coracle/netavark/$ctr.json"
}

@test "a driver that kernel or netavark do not have is refused with the reason, and left out of the list" {
    only_for coracle
    drivers | grep -qx ipvlan && skip "this machine has ipvlan"
    outside 10.75.35.1/24
    post /networks/create '{"Name": "no-ipvlan", "Driver": "ipvlan", "Options": {"parent": "'"$link"'"}, "IPAM": {"Config": [{"Subnet": "10.75.35.0/24"}]}}'
    [[ $(field .message) == *"this kernel does not have ipvlan"* || $(field .message) == *"ipvlan"*"need a netavark newer than 1.4"* ]]
    [ "$status" -ge 400 ]
    api GET /networks/no-ipvlan
    [ "$status" = 404 ]
    api GET /info
    json '.Plugins.Network | index("bridge")'
}
