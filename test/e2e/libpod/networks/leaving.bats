# A container's network is taken down after its end was told, and after it is gone: who wants something of it waits.
load "$E2E/lib/e2e"
load "$E2E/lib/networks"

quiet_network() { # SUBNET: without name service: its last container stays on it for a moment
    network '{"subnets": [{"subnet": "'"$1"'"}], "dns_enabled": false}'
}

run_on() { # NETWORK ADDRESS: a running container with that address and a page
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$1"'": {"static_ips": ["'"$2"'"]}}, "stop_timeout": 0,
        "command": ["httpd", "-f", "-p", "80", "-h", "/etc"]}'
}

@test "an address is free for the next container at once" {
    quiet_network 10.74.40.0/24
    for _ in 1 2 3; do
        run_on "$net" 10.74.40.7
        [ "$(address_of "$ctr" "$net")" = 10.74.40.7 ]
        api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
        [ "$status" = 200 ]
    done
}

@test "a port is free for the next container at once" {
    for _ in 1 2 3; do
        start '{"netns": {"nsmode": "bridge"}, "portmappings": [{"container_port": 80, "host_port": 18741}], "stop_timeout": 0,
            "command": ["httpd", "-f", "-p", "80", "-h", "/etc"]}'
        wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18741/passwd
        api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
        [ "$status" = 200 ]
    done
}

@test "a container that is started again right after its end has its network" {
    quiet_network 10.74.41.0/24
    run_on "$net" 10.74.41.7
    for _ in 1 2 3; do
        api POST "/libpod/containers/$ctr/kill"
        api POST "/libpod/containers/$ctr/wait?condition=exited"
        api POST "/libpod/containers/$ctr/start"
        [ "$status" = 204 ]
        wait_until 10 curl -sf -o /dev/null --max-time 2 http://10.74.41.7/passwd
    done
}

@test "a network takes its bridge along, however short before its last container was removed" {
    quiet_network 10.74.42.0/24
    run_on "$net" 10.74.42.7
    api GET "/libpod/networks/$net/json"
    bridge=$(field .network_interface)
    ip link show "$bridge"
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    api DELETE "/libpod/networks/$net"
    [ "$status" = 200 ]
    ! ip link show "$bridge"
    quiet_network 10.74.42.0/24
}

@test "what a killed exit handler left is taken down by who comes next" {
    only_for coracle
    quiet_network 10.74.43.0/24
    run_on "$net" 10.74.43.7
    hold "$WORK/runroot/coracle/netavark.lock" # so that it cannot be done before it is killed
    api POST "/libpod/containers/$ctr/kill"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    local dir handler=
    for dir in /proc/[0-9]*; do
        if tr '\0' ' ' 2>/dev/null <"$dir/cmdline" | grep -q "cleanup.*$ctr"; then
            handler=${dir#/proc/}
        fi
    done
    kill -KILL "$handler"
    e2e_end_background
    api DELETE "/libpod/containers/$ctr"
    [ "$status" = 200 ]
    run_on "$net" 10.74.43.7
    [ "$(address_of "$ctr" "$net")" = 10.74.43.7 ]
}
