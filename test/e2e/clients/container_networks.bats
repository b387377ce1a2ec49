# Containers on networks, by both ages of podman-remote and of the docker CLI.
load "$E2E/lib/e2e"
load "$E2E/lib/networks"

@test "podman-remote runs a container on two networks with an alias, and connects and disconnects it" {
    network
    first=$net
    network
    second=$net
    for client in podman_remote newer_podman_remote; do
        [ $client = podman_remote ] || need_peers
        fresh_name
        $client run -d --name "$name" --network "$first,$second" --network-alias twice --stop-timeout 1 "$IMAGE" sleep infinity
        api GET "/libpod/containers/$name/json"
        json '[.NetworkSettings.Networks[].Aliases | index("twice")] | length == 2 and all(. != null)'
        $client network disconnect "$first" "$name"
        api GET "/libpod/containers/$name/json"
        json '.NetworkSettings.Networks | keys == [$net]' --arg net "$second"
        $client network connect --alias again "$first" "$name"
        api GET "/libpod/containers/$name/json"
        json '.NetworkSettings.Networks[$net].Aliases | index("again")' --arg net "$first"
        run $client network connect "$first" "$name"
        [ "$status" -ne 0 ]
        [[ "$output" == *"already connected"* ]]
        $client rm -f -t 0 "$name"
    done
}

@test "podman-remote gives addresses, a MAC address and an interface name" {
    need_peers
    network '{"subnets": [{"subnet": "10.76.3.0/24"}, {"subnet": "fd76:3::/64"}]}'
    fresh_name
    newer_podman_remote run -d --name "$name" --network "$net:ip=10.76.3.30,ip6=fd76:3::30,mac=02:42:ac:11:00:77,interface_name=wan0" \
        "$IMAGE" sleep infinity
    inside "$name" ip -o addr show wan0 | grep -q 10.76.3.30/24
    inside "$name" ip -o addr show wan0 | grep -q fd76:3::30/64
    inside "$name" ip -o link show wan0 | grep -q 02:42:ac:11:00:77
    api GET "/libpod/containers/$name/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "10.76.3.30" and .GlobalIPv6Address == "fd76:3::30"
        and .GlobalIPv6PrefixLen == 64 and .MacAddress == "02:42:ac:11:00:77"' --arg net "$net"
}

@test "podman-remote passes hosts, name servers and search domains on" {
    need_peers
    fresh_name
    newer_podman_remote run -d --name "$name" --add-host one:192.0.2.9 --add-host way:host-gateway --dns 192.0.2.53 --dns-search example.org \
        --dns-opt ndots:2 "$IMAGE" sleep infinity
    inside "$name" cat /etc/hosts | grep -qE '^192\.0\.2\.9\s+one$'
    inside "$name" cat /etc/hosts | grep -qE '^10\.[0-9.]+\s+way$'
    inside "$name" cat /etc/resolv.conf >"$BATS_TEST_TMPDIR/resolv"
    file_has "$BATS_TEST_TMPDIR/resolv" "nameserver 192.0.2.53"
    file_has "$BATS_TEST_TMPDIR/resolv" "search example.org"
    file_has "$BATS_TEST_TMPDIR/resolv" "options ndots:2"
}

@test "the docker CLI connects with an address and aliases, and disconnects" {
    docker_network '{"IPAM": {"Config": [{"Subnet": "10.76.4.0/24"}]}}'
    for client in docker newer_docker; do
        [ $client = docker ] || need_peers
        docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
        $client network connect --ip 10.76.4.40 --alias forty "$net" "$name"
        [ "$($client inspect -f "{{(index .NetworkSettings.Networks \"$net\").IPAddress}}" "$name")" = 10.76.4.40 ]
        $client network disconnect "$net" "$name"
        run $client network disconnect "$net" "$name"
        [ "$status" -ne 0 ]
        [[ "$output" == *"is not connected to network $net"* ]]
    done
}

@test "a container that shares another's network sees its names, addresses and hosts as they change" {
    network
    first=$net
    network
    docker_start '{"HostConfig": {"NetworkMode": "'"$first"'"}}'
    main=$name
    docker_start '{"HostConfig": {"NetworkMode": "container:'"$main"'"}}'
    ip=$(address_of "$main" "$first")
    [ "$(inside "$ctr" grep -c "^$ip" /etc/hosts)" = 1 ]
    post "/networks/$net/connect" '{"Container": "'"$main"'"}'
    ip=$(address_of "$main" "$net")
    inside "$ctr" ip -o addr show eth1 | grep -q "$ip/"
    [ "$(inside "$ctr" grep -c "^$ip" /etc/hosts)" = 1 ]
}
