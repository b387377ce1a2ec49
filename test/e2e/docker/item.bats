load "$E2E/lib/e2e"

@test "OPTIONS of any path is 200 without a body" {
    api OPTIONS /containers/json
    [ "$status" = 200 ]
    [ -z "$body" ]
    api OPTIONS /v1.44/no/such/path
    [ "$status" = 200 ]
    [ -z "$body" ]
}

@test "a path that nobody has is Docker's 404" {
    api GET /nosuch
    [ "$status" = 404 ]
    json '.message == "page not found"'
}
