load "$E2E/lib/e2e"

@test "a container gets another name and loses the old one" {
    create
    local old=$name
    fresh_name
    api POST "/libpod/containers/$old/rename?name=$name"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$name/json"
    json '.Id == $id and .Name == $name' --arg id "$ctr" --arg name "$name"
    api GET "/libpod/containers/$old/exists"
    [ "$status" = 404 ]
}

@test "a running container is renamed too" {
    start
    fresh_name
    api POST "/libpod/containers/$ctr/rename?name=$name"
    [ "$status" = 204 ]
}

@test "names that are missing, bad or taken are refused" {
    create
    local taken=$name
    create
    api POST "/libpod/containers/$ctr/rename"
    refused 400 name
    api POST "/libpod/containers/$ctr/rename?name=$(quote 'a/b')"
    refused 400 name a/b
    api POST "/libpod/containers/$ctr/rename?name=$taken"
    refused 409 "$taken" "that name is already in use"
    api GET "/libpod/containers/$ctr/json"
    json '.Name == $name' --arg name "$name"
}
