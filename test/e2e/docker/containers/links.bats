load "$E2E/lib/e2e"
load "$E2E/lib/networks"

hosts_line() { # CONTAINER ADDRESS: the line of its hosts file
    inside "$1" cat /etc/hosts | tr '\t' ' ' | grep -F "$2 "
}

has_line() { # CONTAINER LINE
    inside "$1" cat /etc/hosts | tr '\t' ' ' | grep -qxF "$2"
}

lacks_word() { # CONTAINER WORD
    ! inside "$1" cat /etc/hosts | grep -qw -- "$2"
}

linked_network() { # [DOCUMENT]: $net, and on it the container $target, called $target_name, with the alias db-alias
    docker_network "$@"
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}, "NetworkingConfig": {"EndpointsConfig": {"'"$net"'": {"Aliases": ["db-alias"]}}}}'
    target=$ctr target_name=$name
}

@test "a link on the default network gives the target's address by alias, host name and name, and inspect shows it" {
    docker_start '{"Hostname": "target-host", "HostConfig": {"NetworkMode": "bridge"}}'
    target=$ctr target_name=$name
    ip=$(address_of "$target" bridge)
    docker_start '{"HostConfig": {"NetworkMode": "bridge", "Links": ["'"$target_name"':db"]}}'
    line=$(hosts_line "$ctr" "$ip")
    [ "$line" = "$ip db target-host $target_name" ]
    inside "$ctr" ping -c 1 -W 5 db
    api GET "/containers/$ctr/json"
    json '.HostConfig.Links == ["/\($target):/\($name)/db"] and .NetworkSettings.Networks.bridge.Links == null' \
        --arg target "$target_name" --arg name "$name"
    # as inspect shows it, it is taken again
    docker_start '{"HostConfig": {"NetworkMode": "bridge", "Links": '"$(field '.HostConfig.Links | tojson')"'}}'
    [ "$(hosts_line "$ctr" "$ip")" = "$ip db target-host $target_name" ]
}

@test "a link without an alias is called as the target, and finds it by id under a new name" {
    docker_start '{"HostConfig": {"NetworkMode": "default"}}'
    target=$ctr target_name=$name
    ip=$(address_of "$target" bridge)
    docker_start '{"HostConfig": {"NetworkMode": "default", "Links": ["'"$target_name"'"]}}'
    [ "$(hosts_line "$ctr" "$ip")" = "$ip $target_name ${target:0:12}" ]
    fresh_name renamed
    api POST "/containers/$target/rename?name=$name"
    [ "$status" = 204 ]
    only_for coracle # dockerd keeps the file as it was
    [ "$(hosts_line "$ctr" "$ip")" = "$ip $target_name ${target:0:12} $name" ]
}

@test "links to what does not exist, is written badly or has no network of its own are refused" {
    docker_start '{"HostConfig": {"NetworkMode": "host"}}'
    on_host=$name
    before=$ctr
    for link in '"nosuch-container:db"' '"a:b:c"' '""' '":"' "\"$on_host:db\""; do
        docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ['"$link"']}}' || true
        refused 400 ""
        [ "$ctr" = "$before" ]
    done
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ["nosuch-container:db"]}}' || true
    json '.message | contains("could not get container for nosuch-container")'
    docker_create '{"HostConfig": {"NetworkMode": "host", "Links": ["'"$on_host"':db"]}}' || true
    refused 400 links
    docker_create '{"HostConfig": {"NetworkMode": "container:'"$on_host"'", "Links": ["'"$on_host"':db"]}}' || true
    refused 400 links
    only_for coracle
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ["'"$on_host"':two words"]}}' || true
    refused 400 "two words"
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": "one:two"}}' || true
    refused 400 Links
}

@test "a start whose target does not run, or is elsewhere, says so" {
    docker_create '{"HostConfig": {"NetworkMode": "bridge"}}'
    target=$ctr target_name=$name
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ["'"$target_name"':db"]}}'
    api POST "/containers/$ctr/start"
    refused 409 "Cannot link to a non running container: /$target_name AS /$name/db"
    api GET "/containers/$ctr/json"
    json '.State.Status == "created"'
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    elsewhere=$name
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ["'"$elsewhere"':db"]}}'
    api POST "/containers/$ctr/start"
    refused 409 "Cannot link to /$elsewhere, as it does not belong to the default network"
}

@test "a removed target takes the link along" {
    only_for coracle # dockerd refuses every start until it was restarted, and then has forgotten the link as well
    docker_create '{"HostConfig": {"NetworkMode": "bridge"}}'
    target=$ctr
    docker_create '{"HostConfig": {"NetworkMode": "bridge", "Links": ["'"$name"':db"]}}'
    api DELETE "/containers/$target"
    api POST "/containers/$ctr/start"
    [ "$status" = 204 ]
    api GET "/containers/$ctr/json"
    json '.HostConfig.Links == null'
    lacks_word "$ctr" db
}

@test "links on a user's network are names that the container alone has, by name or alias, and come and go with the target" {
    linked_network
    ip=$(address_of "$target" "$net")
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}, "NetworkingConfig": {"EndpointsConfig": {"'"$net"'":
        {"Links": ["'"$target_name"':by-name", "db-alias:by-alias", "later:yet-to-come"]}}}}'
    inside "$ctr" ping -c 1 -W 5 by-name
    inside "$ctr" ping -c 1 -W 5 by-alias
    api GET "/containers/$ctr/json"
    json '.NetworkSettings.Networks[$net].Links == [$target + ":by-name", "db-alias:by-alias", "later:yet-to-come"] and .HostConfig.Links == null' \
        --arg net "$net" --arg target "$target_name"
    only_for coracle # dockerd's name service answers; here it is the hosts file
    has_line "$ctr" "$ip by-name"
    lacks_word "$ctr" yet-to-come
    linker=$ctr
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}, "NetworkingConfig": {"EndpointsConfig": {"'"$net"'": {"Aliases": ["later"]}}}}'
    has_line "$linker" "$(address_of "$ctr" "$net") yet-to-come"
    api POST "/containers/$ctr/stop?t=0"
    lacks_word "$linker" yet-to-come
    has_line "$linker" "$ip by-name"
}

@test "connect with links, and disconnect of the target, show in the running container" {
    linked_network
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    post "/networks/$net/connect" '{"Container": "'"$ctr"'", "EndpointConfig": {"Links": ["'"$target_name"':db"]}}'
    [ "$status" = 200 ]
    inside "$ctr" ping -c 1 -W 5 db
    post "/networks/$net/disconnect" '{"Container": "'"$target"'"}'
    [ "$status" = 200 ]
    only_for coracle
    lacks_word "$ctr" db
    post "/networks/$net/connect" '{"Container": "'"$target"'"}'
    has_line "$ctr" "$(address_of "$target" "$net") db"
}

@test "a link on a network with both families gives both addresses" {
    linked_network '{"EnableIPv6": true, "IPAM": {"Config": [{"Subnet": "fd00:77:1::/64"}]}}'
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'", "Links": ["'"$target_name"':db"]}}'
    api GET "/containers/$target/json"
    ip6=$(field '.NetworkSettings.Networks[$net].GlobalIPv6Address' --arg net "$net")
    only_for coracle # dockerd takes links of such a network from EndpointsConfig alone
    has_line "$ctr" "$ip6 db"
    has_line "$ctr" "$(address_of "$target" "$net") db"
}

@test "the docker CLI links containers on both kinds of network" {
    docker_start '{"HostConfig": {"NetworkMode": "bridge"}}'
    fresh_name
    run -0 docker run --rm --name "$name" --link "$ctr:db" "$IMAGE" ping -c 1 -W 5 db
    linked_network
    fresh_name
    run -0 docker run --rm --name "$name" --network "$net" --link "$target_name:db" "$IMAGE" ping -c 1 -W 5 db
}
