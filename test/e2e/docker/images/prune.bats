# POST /images/prune
# runs alone
load "$E2E/lib/e2e"
load images

teardown_file() {
    e2e_remove_containers
    remove_images
}

marked_image() { # an image of its own with a label that no other test has: $image, $id, $mark
    mark=m$BASHPID$RANDOM$RANDOM
    fresh_image "changes=$(quote "LABEL mark=$mark")"
}

pruned() { # FILTERS
    api POST "/images/prune?filters=$(quote "$1")"
    [ "$status" = 200 ]
}

exists() { # IMAGE
    api GET "/images/$1/json"
    [ "$status" = 200 ]
}

none_went() {
    json '(.ImagesDeleted // []) == [] and .SpaceReclaimed == 0'
}

went() { # ID
    json '.ImagesDeleted | map(.Deleted // "") | any(. == $id or "sha256:" + . == $id)' --arg id "$1"
    json '.SpaceReclaimed > 0'
}

take_name() { # IMAGE: another image gets it
    fresh_rootfs
    api POST "/images/create?fromSrc=-&repo=$1" -H 'Content-Type: application/x-tar' -T "$rootfs"
    [ "$status" = 200 ]
}

@test "only images without a name go unless dangling is false" {
    marked_image
    pruned "{\"label\":[\"mark=$mark\"]}"
    none_went
    exists "$image"
    pruned "{\"label\":[\"mark=$mark\"],\"dangling\":[\"false\"]}"
    [ "$ENGINE" = podman ] || json '.ImagesDeleted[0].Untagged == $name + ":latest"' --arg name "$image"
    went "$id"
    run ! exists "$id"
}

@test "an image that lost its name goes by default, and the bytes are those of its own layers" {
    marked_image
    api GET "/images/$id/json"
    local size
    size=$(field .Size)
    docker_create "{\"Image\": \"$id\"}"
    take_name "$image"
    pruned "{\"label\":[\"mark=$mark\"]}"
    none_went # a container has it
    exists "$id"
    api DELETE "/containers/$ctr?force=true"
    pruned "{\"label\":[\"mark=$mark\"]}"
    went "$id"
    json '.SpaceReclaimed == $size' --argjson size "$size"
}

@test "filters choose by time and by labels that are there or not" {
    marked_image
    pruned "{\"label\":[\"mark=$mark\"],\"dangling\":[\"false\"],\"until\":[\"10m\"]}"
    none_went
    pruned "{\"label\":[\"mark=$mark\"],\"label!\":[\"mark\"],\"dangling\":[\"false\"]}"
    none_went
    exists "$id"
    pruned "{\"label\":[\"mark=$mark\"],\"label!\":[\"other\"],\"dangling\":[\"false\"],\"until\":[\"$(($(date +%s) + 60))\"]}"
    json '.ImagesDeleted | length > 0'
}

@test "filters that prune does not know are refused by name" {
    api POST '/images/prune?filters={"colour":["red"]}'
    refused 400 colour
    api POST '/images/prune?filters={"dangling":["perhaps"]}'
    refused 400 dangling perhaps
    api POST '/images/prune?filters={"until":["soon"]}'
    refused 400 until soon
}

@test "a prune is told as an event with what it freed" {
    only_for coracle dockerd
    local since
    since=$(date +%s.%N)
    marked_image
    pruned "{\"label\":[\"mark=$mark\"],\"dangling\":[\"false\"]}"
    local bytes
    bytes=$(field .SpaceReclaimed)
    api GET "/v1.45/events?since=$since&until=$(date +%s.%N)&filters={\"type\":[\"image\"],\"event\":[\"prune\"]}"
    lines "length == 1 and .[0].Actor == {\"ID\": \"\", \"Attributes\": {\"reclaimed\": \"$bytes\"}}"
}
