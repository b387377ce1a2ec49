load "$E2E/lib/e2e"

@test "a container's root comes as a tar" {
    create
    api GET "/libpod/containers/$ctr/export"
    [ "$status" = 200 ]
    [ "$(header content-type)" = application/x-tar ]
    tar -tf "$body_file" | grep -qx bin/busybox
    api GET /libpod/containers/nosuch/export
    refused 404 nosuch
}
