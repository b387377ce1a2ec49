# coracle network connect, disconnect, reload
load "$E2E/lib/e2e"
load "$E2E/lib/networks"
load client

@test "a container joins a network with a name and addresses of its own, and leaves it" {
    network '{"subnets": [{"subnet": "10.73.3.0/24"}, {"subnet": "fd73:3::/64"}]}'
    start '{"netns": {"nsmode": "bridge"}}'
    coracle network connect --alias one --alias two --ip 10.73.3.30 --ip6 fd73:3::30 --mac-address 02:42:ac:11:00:55 "$net" "$name"
    api GET "/libpod/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net] | .IPAddress == "10.73.3.30" and .GlobalIPv6Address == "fd73:3::30"
        and .MacAddress == "02:42:ac:11:00:55" and (.Aliases | index("one") != null and index("two") != null)' --arg net "$net"
    fails 125 "already connected" coracle network connect "$net" "$name"
    coracle network disconnect "$net" "$name"
    fails 125 "not connected to network $net" coracle network disconnect --force "$net" "$name"
    fails 125 nosuch coracle network connect nosuch "$name"
    fails 125 usage coracle network connect "$net"
    fails 125 usage coracle network disconnect "$net"
}

@test "reload names the containers that it was for" {
    network
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}}'
    [ "$(coracle network reload "$name")" = "$ctr" ]
    wait_until 10 resolves "$ctr" "$name" "$(address_of "$ctr" "$net")"
    fails 125 nosuch coracle network reload nosuch
    create
    fails 125 "not running" coracle network reload "$ctr"
}

@test "ls lists networks that pass every filter" {
    network '{"labels": {"mark": "'"$name-$BASHPID"'", "more": "1"}}'
    mark=mark=$name-$BASHPID
    [ "$(coracle network ls -q --filter "label=$mark" -f driver=bridge)" = "$net" ]
    [ "$(coracle network ls -q --filter "name=^$net\$")" = "$net" ]
    [ -z "$(coracle network ls -q --filter "label=$mark" --filter driver=macvlan)" ]
    [ -z "$(coracle network ls -q --filter "label=$mark" --filter 'label!=more')" ]
    [ "$(coracle network ls -q --filter "label=$mark" --filter dangling=true)" = "$net" ]
    start '{"netns": {"nsmode": "bridge"}, "Networks": {"'"$net"'": {}}}'
    [ "$(coracle network ls -q --filter "label=$mark" --filter dangling=false)" = "$net" ]
    [ -z "$(coracle network prune --filter "label=$mark")" ]
    api DELETE "/libpod/containers/$ctr?force=true&timeout=0"
    [ -z "$(coracle network prune --filter "label=$mark" --filter until=1h)" ]
    [ "$(coracle network prune --filter "label=$mark")" = "$net" ]
    fails 125 KEY=VALUE coracle network ls --filter nothing
    fails 125 nosuch coracle network ls --filter nosuch=1
    fails 125 KEY=VALUE coracle network prune --filter =x
}
