load "$E2E/lib/e2e"

@test "exists tells by its status" {
    volume=x$RANDOM$RANDOM
    api GET "/libpod/volumes/$volume/exists"
    [ "$status" = 404 ]
    json '.cause == "no such volume"'
    post /libpod/volumes/create "{\"Name\": \"$volume\"}"
    api GET "/libpod/volumes/$volume/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/volumes/$volume"
}
