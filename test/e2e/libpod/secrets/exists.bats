load "$E2E/lib/e2e"
load "$E2E/lib/secrets"

@test "one that is there exists by name and by id" {
    secret_create
    api GET "/libpod/secrets/$secret/exists"
    [ "$status" = 204 ]
    api GET "/libpod/secrets/$secret_id/exists"
    [ "$status" = 204 ]
}

@test "a missing one is a 404" {
    api GET /libpod/secrets/nosuch/exists
    [ "$status" = 404 ]
    json '.cause == "no such secret"'
}
