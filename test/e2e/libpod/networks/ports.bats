load "$E2E/lib/e2e"
load "$E2E/lib/networks"

# Published ports, from outside, from the container itself and from its neighbours.

web() { # PORTMAPPINGS [MORE]: a running web server on a network of its own
    start "$(jq -c -n --arg net "$net" --argjson ports "$1" --argjson more "${2:-{\}}" '{netns: {nsmode: "bridge"}, Networks: {($net): {}},
        command: ["httpd", "-f", "-p", "80", "-h", "/etc"], portmappings: $ports} + $more')"
}

reach() { # ADDRESS PORT: from the host
    curl -gsf -o /dev/null --max-time 2 "http://$1:$2/passwd"
}

reach_from() { # CONTAINER ADDRESS PORT
    # shellcheck disable=SC2016 # the container's shell
    inside "$1" sh -c '{ printf "GET /passwd HTTP/1.0\r\n\r\n"; sleep 1; } | nc -w 3 "$0" "$1"' "$2" "$3" | grep -q root:
}

starts() { # CONTAINER
    api POST "/libpod/containers/$1/start"
    [ "$status" = 204 ]
}

@test "a port is reached on every address of the host, by the container itself and by another" {
    network
    web '[{"container_port": 80, "host_port": 18741}]'
    wait_until 10 reach 127.0.0.1 18741
    api GET "/libpod/containers/$ctr/json"
    gateway=$(field '.NetworkSettings.Networks[$net].Gateway' --arg net "$net")
    reach "$gateway" 18741
    # a frame that the bridge's own netfilter turned round does not leave by the port it came from
    sysctl -qw net.bridge.bridge-nf-call-iptables=0 || true
    reach_from "$ctr" "$gateway" 18741
    server=$ctr
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}}'
    reach_from "$ctr" "$gateway" 18741
    reach_from "$ctr" "$(address_of "$server" "$net")" 80
}

@test "a port on one address is on no other, and two containers share a number on different ones" {
    network
    web '[{"container_port": 80, "host_port": 18742, "host_ip": "127.0.0.2"}]'
    wait_until 10 reach 127.0.0.2 18742
    ! reach 127.0.0.1 18742
    web '[{"container_port": 80, "host_port": 18742, "host_ip": "127.0.0.3"}]'
    wait_until 10 reach 127.0.0.3 18742
}

@test "a range of ports, two protocols and a free one of the engine's choice are shown and taken" {
    network
    web '[{"container_port": 80, "host_port": 18743, "range": 3}, {"container_port": 53, "host_port": 18743, "protocol": "udp"},
        {"container_port": 80, "host_port": 0, "host_ip": "127.0.0.1"}]'
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Ports | .["81/tcp"][0].HostPort == "18744" and .["82/tcp"][0].HostPort == "18745"
        and .["53/udp"][0].HostPort == "18743" and (.["80/tcp"] | length == 2)'
    free=$(field '.NetworkSettings.Ports["80/tcp"][] | select(.HostIp == "127.0.0.1") | .HostPort')
    [ "$free" -gt 1023 ]
    wait_until 10 reach 127.0.0.1 18743
    wait_until 10 reach 127.0.0.1 "$free"
}

@test "a port that somebody has is refused before anything is started, and is free again at the end" {
    network
    web '[{"container_port": 80, "host_port": 18746}]'
    first=$ctr
    create '{"netns": {"nsmode": "bridge"}, "portmappings": [{"container_port": 80, "host_port": 18746}]}'
    api POST "/libpod/containers/$ctr/start"
    refused 409 18746 "already allocated"
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running == false and .State.Pid == 0'
    api DELETE "/libpod/containers/$first?force=true&timeout=0"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "exposed ports are published when all are asked for" {
    network
    web '[]' '{"expose": {"80": "tcp"}, "publish_image_ports": true}'
    api GET "/libpod/containers/$ctr/json"
    port=$(field '.NetworkSettings.Ports["80/tcp"][0].HostPort')
    wait_until 10 reach 127.0.0.1 "$port"
}

@test "a port of a network with IPv6 is reached there as well" {
    network '{"subnets": [{"subnet": "10.75.3.0/24"}, {"subnet": "fd75:3::/64"}], "ipv6_enabled": true}'
    web '[{"container_port": 80, "host_port": 18747}]'
    wait_until 10 reach 127.0.0.1 18747
    wait_until 10 reach '[fd75:3::1]' 18747
}

@test "an address that is none is refused at create" {
    only_for coracle
    post /libpod/containers/create '{"image": "'"$IMAGE"'", "netns": {"nsmode": "bridge"}, "portmappings": [{"container_port": 80, "host_ip": "1.2.3"}]}'
    refused 400 1.2.3
}

@test "a port on an IPv6 address of the host is on no other, and two containers share a number on different ones" {
    ip -6 addr add fd75:6::1/128 dev lo nodad
    ip -6 addr add fd75:6::2/128 dev lo nodad
    network '{"subnets": [{"subnet": "10.75.4.0/24"}, {"subnet": "fd75:4::/64"}], "ipv6_enabled": true}'
    web '[{"container_port": 80, "host_port": 18748, "host_ip": "fd75:6::1"}]'
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Ports["80/tcp"] == [{HostIp: "fd75:6::1", HostPort: "18748"}]'
    wait_until 10 reach '[fd75:6::1]' 18748
    ! reach '[fd75:6::2]' 18748
    ! reach 127.0.0.1 18748
    web '[{"container_port": 80, "host_port": 18748, "host_ip": "fd75:6::2"}]'
    wait_until 10 reach '[fd75:6::2]' 18748
    create '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}, "portmappings": [{"container_port": 80, "host_port": 18748, "host_ip": "fd75:6::1"}]}'
    api POST "/libpod/containers/$ctr/start"
    refused 409 "Bind for fd75:6::1:18748 failed: port is already allocated"
    ip -6 addr del fd75:6::1/128 dev lo
    ip -6 addr del fd75:6::2/128 dev lo
}

@test "a container with IPv4 and IPv6 has addresses, routes and names of both" {
    network '{"subnets": [{"subnet": "10.75.5.0/24"}, {"subnet": "fd75:5::/64"}], "ipv6_enabled": true, "dns_enabled": true}'
    web '[]'
    server=$ctr server_name=$name
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}}'
    inside "$ctr" ip -4 route | grep -q '^default via 10.75.5.1 '
    inside "$ctr" ip -6 route | grep -q '^default via fd75:5::1 '
    api GET "/libpod/containers/$server/json"
    six=$(field '.NetworkSettings.Networks[$net].GlobalIPv6Address' --arg net "$net")
    reach_from "$ctr" "$six" 80
    reach_from "$ctr" "$(address_of "$server" "$net")" 80
    # shellcheck disable=SC2016 # the container's shell
    inside "$ctr" sh -c 'nslookup -type=aaaa "$0" 10.75.5.1' "$server_name" | grep -qx "Address: $six"
    inside "$server" cat /etc/hosts | grep -q "^$six.*$server_name"
}

@test "a port of SCTP is published, shown, and nobody else's" {
    network
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}, "portmappings": [{"container_port": 80, "host_port": 18749, "protocol": "sctp"}]}'
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Ports == {"80/sctp": [{HostIp: "0.0.0.0", HostPort: "18749"}]}'
    only_for coracle # the peers leave it to the kernel, which may not have SCTP
    create '{"netns": {"nsmode": "bridge"}, "portmappings": [{"container_port": 80, "host_port": 18749, "protocol": "sctp"}]}'
    api POST "/libpod/containers/$ctr/start"
    refused 409 18749 "already allocated"
    web '[{"container_port": 80, "host_port": 18749}]' # the same number of TCP is another port
    wait_until 10 reach 127.0.0.1 18749
}

@test "a conflict with a program of the machine, or in the middle of a range, is told before anything is started" {
    background "$BATS_TEST_TMPDIR/listener" socat TCP-LISTEN:18752,fork,reuseaddr -
    wait_until 5 nc -z 127.0.0.1 18752
    network
    create '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}, "portmappings": [{"container_port": 80, "host_port": 18751, "range": 3}]}'
    api POST "/libpod/containers/$ctr/start"
    refused 409 "Bind for 0.0.0.0:18752 failed: port is already allocated"
    api GET "/libpod/containers/$ctr/json"
    json '.State.Status == "created" and .State.Pid == 0'
    only_for coracle
    [ ! -e "$WORK/runroot/coracle/netns/$ctr" ]
    e2e_end_background
    wait_until 10 starts "$ctr"
}

@test "a container that asks for the first free port of a range gets the next one" {
    docker_start '{"HostConfig": {"NetworkMode": "bridge", "PortBindings": {"80/tcp": [{"HostPort": "18755-18757"}]}}}'
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Ports["80/tcp"][0].HostPort == "18755"'
    docker_start '{"HostConfig": {"NetworkMode": "bridge", "PortBindings": {"80/tcp": [{"HostPort": "18755-18757"}]}}}'
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Ports["80/tcp"][0].HostPort == "18756"'
}
