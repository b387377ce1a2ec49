# coracle network create, ls, inspect, rm, prune, exists, update
load "$E2E/lib/e2e"
load client

fresh_net() {
    net=n-$BASHPID-$RANDOM$RANDOM
    forget_network "$net"
}

@test "a network is made as the options say, and shown" {
    fresh_net
    [ "$(coracle network create --subnet 10.204.1.0/24 --gateway 10.204.1.9 --ipv6 --internal -o mtu=1400 -l a=b --dns 192.0.2.1 "$net")" = "$net" ]
    coracle network inspect "$net" | jq -e '.subnets[0] == {"subnet": "10.204.1.0/24", "gateway": "10.204.1.9"} and (.subnets | length == 2)
        and .internal and .dns_enabled and .options == {"mtu": "1400"} and .labels == {"a": "b"} and .network_dns_servers == ["192.0.2.1"]'
    coracle network ls | grep -E "^[0-9a-f]{12} +$net +bridge +10.204.1.0/24, fd"
    coracle network ls -q | grep -x "$net"
    fails 125 "network already exists" coracle network create "$net"
    [ "$(coracle network create --ignore "$net")" = "$net" ]
    fails 125 "--subnet" coracle network create --gateway 10.204.1.1 "$net-2"
    fails 125 nonsense coracle network create --subnet nonsense "$net-2"
    fails 125 usage coracle network create "$net" "$net-2"
}

@test "name servers come and go" {
    fresh_net
    coracle network create "$net"
    coracle network update --dns-add 192.0.2.1 --dns-add 192.0.2.2 "$net"
    coracle network update --dns-drop 192.0.2.1 "$net"
    [ "$(coracle network inspect --format '{{json .network_dns_servers}}' "$net")" = '["192.0.2.2"]' ]
    fails 125 nonsense coracle network update --dns-add nonsense "$net"
}

@test "rm removes networks, with -f their containers too, and exists says by its exit code" {
    fresh_net
    coracle network create --disable-dns "$net"
    create "$(jq -nc --arg net "$net" '{netns: {nsmode: "bridge"}, Networks: {($net): {}}}')"
    fails 125 "network is being used" coracle network rm "$net"
    coracle network exists "$net"
    coracle network rm -f "$net"
    run -1 coracle network exists "$net"
    fails 125 "$net" coracle network rm "$net"
    fails 125 usage coracle network exists
}
