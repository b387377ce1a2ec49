load "$E2E/lib/e2e"

@test "an image exists by name and id" {
    local name
    for name in "$IMAGE" busybox; do
        api GET "/libpod/images/$name/exists"
        [ "$status" = 204 ]
    done
    api GET /libpod/images/localhost/nosuch/exists
    [ "$status" = 404 ]
}
