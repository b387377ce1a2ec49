# runs alone: takes everybody's firewall rules away
load "$E2E/lib/e2e"
load "$E2E/lib/networks"

setup() {
    only_for coracle # podman has it as a command of its own machine alone
}

flush() { # the firewall, whichever netavark uses, and the name service
    iptables -t nat -F
    iptables -F
    nft delete table inet netavark 2>/dev/null || true
}

web() { # HOST PORT...: a running container with a page on port 80 on a network of its own
    network
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}, "command": ["httpd", "-f", "-p", "80", "-h", "/etc"],
        "portmappings": [{"container_port": 80, "host_port": '"$1"'}]}'
    wait_until 10 curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$1/passwd"
}

@test "published ports come back after somebody flushed the firewall" {
    web 18611
    api GET "/libpod/containers/$ctr/json"
    before=$(field '.NetworkSettings.Networks | map_values([.IPAddress, .MacAddress])' -c)
    flush
    ! curl -sf -o /dev/null --max-time 1 http://127.0.0.1:18611/passwd
    api POST "/libpod/networks/reload?containers=$ctr"
    [ "$status" = 200 ]
    json '. == [{Id: $ctr, Err: null}]' --arg ctr "$ctr"
    wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18611/passwd
    api GET "/libpod/containers/$ctr/json"
    [ "$(field '.NetworkSettings.Networks | map_values([.IPAddress, .MacAddress])' -c)" = "$before" ]
}

@test "name service comes back as well" {
    web 18612
    kill "$(cat "$WORK"/runroot/coracle/netavark/aardvark-dns/aardvark.pid)"
    ip=$(address_of "$ctr" "$net")
    ! resolves "$ctr" "$name" "$ip"
    api POST /libpod/networks/reload
    [ "$status" = 200 ]
    json 'any(.[]; .Id == $ctr and .Err == null)' --arg ctr "$ctr"
    wait_until 10 resolves "$ctr" "$name" "$ip"
}

@test "the next start needs no reload" {
    web 18613
    api POST "/libpod/containers/$ctr/stop?timeout=0"
    flush
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    wait_until 10 curl -sf -o /dev/null --max-time 2 http://127.0.0.1:18613/passwd
}

@test "a missing container is a 404, one that does not run is reported" {
    api POST '/libpod/networks/reload?containers=nosuch'
    refused 404 nosuch
    create
    api POST "/libpod/networks/reload?containers=$ctr"
    [ "$status" = 200 ]
    json '.[0].Id == $ctr and (.[0].Err | contains("not running"))' --arg ctr "$ctr"
}
