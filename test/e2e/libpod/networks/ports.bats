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
