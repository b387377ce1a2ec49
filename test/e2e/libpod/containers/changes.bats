load "$E2E/lib/e2e"

@test "changes are told in the order of their paths" {
    create '{"command": ["sh", "-c", "mkdir -p /new/b && touch /new/a /new/b/c && rm /etc/group"]}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    for query in '' '?diffType=all' '?diffType=container'; do
        api GET "/libpod/containers/$ctr/changes$query"
        [ "$status" = 200 ]
        json '. == [{Path: "/etc", Kind: 0}, {Path: "/etc/group", Kind: 2}, {Path: "/new", Kind: 1}, {Path: "/new/a", Kind: 1},
            {Path: "/new/b", Kind: 1}, {Path: "/new/b/c", Kind: 1}]'
    done
    api GET "/libpod/containers/$ctr/changes?diffType=layer"
    refused 400 diffType
}

@test "a container is compared with another image than its own" {
    create '{"command": ["sh", "-c", "touch /made && rm /etc/group"]}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    api GET "/libpod/containers/$ctr/changes?parent=$(quote "$IMAGE")"
    json '. == [{Path: "/etc", Kind: 0}, {Path: "/etc/group", Kind: 2}, {Path: "/made", Kind: 1}]'
    api GET "/libpod/containers/$ctr/changes?parent=nosuch"
    refused 404 nosuch
    api GET /libpod/containers/nosuch/changes
    refused 404 nosuch
}
