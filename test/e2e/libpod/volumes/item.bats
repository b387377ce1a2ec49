load "$E2E/lib/e2e"

@test "a missing volume is a 404 that names it, also with force" {
    for query in '' '?force=true'; do
        api DELETE "/libpod/volumes/nosuch$query"
        refused 404 nosuch
        json '.cause == "no such volume"'
    done
}

@test "a volume in use is refused with its users, and goes with them by force" {
    volume=u$RANDOM$RANDOM
    start "{\"volumes\": [{\"Name\": \"$volume\", \"Dest\": \"/x\"}]}"
    api DELETE "/libpod/volumes/$volume"
    refused 409 "$volume" "$ctr"
    json '.cause == "volume is being used"'
    api DELETE "/libpod/volumes/$volume?force=true&timeout=0"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
    api GET "/libpod/volumes/$volume/exists"
    [ "$status" = 404 ]
}

@test "anonymous volumes go with their container, others stay" {
    only_for coracle # podman's clients name anonymous volumes themselves; without that it keeps them
    volume=n$RANDOM$RANDOM
    start "{\"volumes\": [{\"Dest\": \"/x\"}, {\"Name\": \"$volume\", \"Dest\": \"/y\"}]}"
    api GET "/libpod/containers/$ctr/json"
    anonymous=$(field '.Mounts[] | select(.Destination == "/x").Name')
    api GET "/libpod/volumes/$anonymous/json"
    json .Anonymous
    api DELETE "/libpod/containers/$ctr?force=true&v=true&timeout=0"
    api GET "/libpod/volumes/$anonymous/exists"
    [ "$status" = 404 ]
    api DELETE "/libpod/volumes/$volume"
    [ "$status" = 204 ]
}
