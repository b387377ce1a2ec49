load "$E2E/lib/e2e"

@test "the document of libpod is Swagger 2.0 with every libpod route" {
    api GET /libpod/swagger
    [ "$status" = 200 ]
    only_for coracle
    [[ $(header Content-Type) == text/yaml* ]]
    json '.swagger == "2.0"'
    json '.paths | has("/libpod/containers/create") and has("/libpod/images/pull") and has("/libpod/exec/{id}/start")'
    cmp "$body_file" "$SOURCE_TREE/swagger/libpod-v2.json"
}
