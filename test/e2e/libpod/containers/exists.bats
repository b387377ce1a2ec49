load "$E2E/lib/e2e"

@test "a container exists by name, id and unique beginning of its id" {
    create
    local key
    for key in "$name" "$ctr" "${ctr:0:12}"; do
        api GET "/libpod/containers/$key/exists"
        [ "$status" = 204 ]
    done
}

@test "a missing one does not, nor one whose name only begins so" {
    create
    api GET /libpod/containers/nosuch/exists
    refused 404 nosuch
    api GET "/libpod/containers/${name%?}/exists"
    [ "$status" = 404 ]
}
