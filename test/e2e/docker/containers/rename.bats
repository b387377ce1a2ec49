load "$E2E/lib/e2e"

@test "rename changes the name in every place" {
    docker_start
    old=$name
    fresh_name
    api POST "/containers/$old/rename?name=$name"
    [ "$status" = 204 ]
    api GET "/containers/$name/json"
    json '.Id == "'"$ctr"'" and .Name == "/'"$name"'"'
    api GET "/containers/$old/json"
    refused 404 "$old"
}

@test "rename refuses names that are taken, wrong, missing or its own" {
    docker_create
    first=$ctr taken=$name
    docker_create
    api POST "/containers/$ctr/rename?name=$taken"
    refused 409 "The container name \"/$taken\" is already in use by container \"$first\""
    api POST "/containers/$ctr/rename?name=a%20b"
    refused 400 'a b'
    api POST "/containers/$ctr/rename"
    refused 400 'may be empty'
    api POST "/containers/$ctr/rename?name=$name"
    refused 400 'same name'
    fresh_name
    api POST "/containers/nosuch/rename?name=$name"
    refused 404 'No such container: nosuch'
}
