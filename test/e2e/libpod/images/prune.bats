# POST /libpod/images/prune
# runs alone
load "$E2E/lib/e2e"
load ../../docker/images/images

teardown_file() {
    e2e_remove_containers
    remove_images
}

marked_image() { # an image of its own with a label that no other test has: $image, $id, $mark
    mark=m$BASHPID$RANDOM$RANDOM
    fresh_image "changes=$(quote "LABEL mark=$mark")"
    id=${id#sha256:}
}

@test "images that no container uses go, and are listed with their sizes" {
    marked_image
    create "{\"image\":\"$id\"}"
    api POST "/libpod/images/prune?all=true&filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json '. == []'
    api DELETE "/libpod/containers/$ctr"
    api POST "/libpod/images/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    json '. == []' # it has a name
    api POST "/libpod/images/prune?all=true&filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    json 'map(select(.Id == $id)) | length == 1 and .[0].Size > 0' --arg id "$id"
    api GET "/libpod/images/$id/exists"
    [ "$status" = 404 ]
}

@test "what would not choose and what is not done is refused by name" {
    only_for coracle
    api POST '/libpod/images/prune?filters={"colour":["red"]}'
    refused 400 colour
    api POST '/libpod/images/prune?external=true'
    refused 400 external
    api POST '/libpod/images/prune?buildcache=true'
    refused 400 buildcache
}
