load "$E2E/lib/e2e"

setup() {
    only_for coracle # no peer serves its own document
}

@test "the document served is the one that is committed" {
    api GET /openapi/docker.json
    [ "$status" = 200 ]
    [[ $(header Content-Type) == application/json* ]]
    cmp "$body_file" "$SOURCE_TREE/swagger/docker.json"
}

@test "libpod's document is served beside it" {
    api GET /openapi/libpod.json
    [ "$status" = 200 ]
    cmp "$body_file" "$SOURCE_TREE/swagger/libpod.json"
}
