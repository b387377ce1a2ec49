load "$E2E/lib/e2e"
load "$E2E/lib/networks"

@test "rename changes the name in every place" {
    docker_start
    old=$name
    fresh_name
    api POST "/containers/$old/rename?name=$name"
    [ "$status" = 204 ]
    api GET "/containers/$name/json"
    json '.Id == "'"$ctr"'" and .Name == "/'"$name"'"'
    api GET "/containers/$old/json"
    refused 404 "$old"
}

@test "rename refuses names that are taken, wrong, missing or its own" {
    docker_create
    first=$ctr taken=$name
    docker_create
    api POST "/containers/$ctr/rename?name=$taken"
    refused 409 "The container name \"/$taken\" is already in use by container \"$first\""
    api POST "/containers/$ctr/rename?name=a%20b"
    refused 400 'a b'
    api POST "/containers/$ctr/rename"
    refused 400 'may be empty'
    api POST "/containers/$ctr/rename?name=$name"
    refused 400 'same name'
    fresh_name
    api POST "/containers/nosuch/rename?name=$name"
    refused 404 'No such container: nosuch'
}

@test "a new name is found by running peers at once, the old one is not, and the container's own hosts file has it" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}, "NetworkingConfig": {"EndpointsConfig": {"'"$net"'": {"Aliases": ["kept"]}}}}'
    target=$ctr old=$name
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    peer=$ctr peer_name=$name
    ip=$(address_of "$target" "$net")
    wait_until 10 resolves "$peer" "$old" "$ip"
    fresh_name renamed
    api POST "/containers/$target/rename?name=$name"
    [ "$status" = 204 ]
    wait_until 10 resolves "$peer" "$name" "$ip"
    wait_until 10 unknown "$peer" "$old"
    resolves "$peer" kept "$ip"
    resolves "$peer" "${target:0:12}" "$ip"
    resolves "$peer" "$peer_name" "$(address_of "$peer" "$net")"
    only_for coracle # dockerd has no names in hosts, and neither peer changes the file
    inside "$target" cat /etc/hosts | grep -qw "$name"
    ! inside "$target" cat /etc/hosts | grep -qw "$old"
}

@test "a renamed container is found by its new name after a reload and on a network that it joins later" {
    docker_network
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    target=$ctr
    docker_start '{"HostConfig": {"NetworkMode": "'"$net"'"}}'
    peer=$ctr
    fresh_name renamed
    api POST "/containers/$target/rename?name=$name"
    only_for coracle podman
    api POST "/libpod/networks/reload?containers=$target"
    ip=$(address_of "$target" "$net")
    wait_until 10 resolves "$peer" "$name" "$ip"
    docker_network
    for who in "$target" "$peer"; do
        post "/networks/$net/connect" '{"Container": "'"$who"'"}'
        [ "$status" = 200 ]
    done
    ip=$(address_of "$target" "$net")
    wait_until 10 resolves "$peer" "$name" "$ip"
}
