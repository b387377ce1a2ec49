# The networks of real clients: docker, podman-remote 4.3 and 5.4
load "$E2E/lib/e2e"

fresh_net() {
    net=n-$BASHPID-$RANDOM$RANDOM
    forget_network "$net"
}

@test "docker network create, ls, inspect and rm" {
    fresh_net
    docker network create --subnet 10.205.1.0/24 --ip-range 10.205.1.128/25 --gateway 10.205.1.9 --aux-address a=10.205.1.130 \
        -o com.docker.network.driver.mtu=1400 --label a=b "$net"
    [ "$(docker network ls --filter "name=^$net\$" --format '{{.Name}} {{.Driver}} {{.Scope}}')" = "$net bridge local" ]
    [ "$(docker network inspect -f '{{(index .IPAM.Config 0).IPRange}} {{.Labels.a}}' "$net")" = "10.205.1.128/25 b" ]
    run docker network create "$net"
    [ "$status" -ne 0 ]
    [[ $output == *"already exists"* ]]
    docker network rm "$net"
    run docker network inspect "$net"
    [ "$status" -ne 0 ]
}

podman_networks() { # CLIENT
    fresh_net
    "$1" network create --subnet 10.205.2.0/24 --label a=b "$net"
    "$1" network exists "$net"
    "$1" network ls --format '{{.Name}}' | grep -x "$net"
    "$1" network inspect "$net" | jq -e '.[0].subnets[0].subnet == "10.205.2.0/24" and .[0].dns_enabled'
    run "$1" network create "$net"
    [ "$status" -ne 0 ]
    "$1" network rm "$net"
    run "$1" network exists "$net"
    [ "$status" = 1 ]
}

@test "podman 4.3 makes, lists, shows and removes networks" {
    podman_networks podman_remote
}

@test "podman 5.4 makes, lists, shows and removes networks, and takes one that is there" {
    need_peers
    podman_networks newer_podman_remote
    newer_podman_remote network create "$net"
    newer_podman_remote network create --ignore "$net"
    newer_podman_remote network update --dns-add 192.0.2.1 "$net"
    newer_podman_remote network inspect "$net" | jq -e '.[0].network_dns_servers == ["192.0.2.1"]'
    create "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    run -2 newer_podman_remote network rm "$net"
    newer_podman_remote network rm -f -t 0 "$net"
}
