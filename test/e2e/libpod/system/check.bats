# POST /libpod/system/check
# runs alone
load "$E2E/lib/e2e"
load ../../docker/images/images

teardown_file() {
    e2e_remove_containers
    remove_images
}

check() { # [QUERY]
    api POST "/libpod/system/check${1:+?$1}"
    [ "$status" = 200 ]
}

broken_image() { # an image of its own without the files of its layer: $id without algorithm, $layer
    fresh_image
    break_it
}

break_it() {
    id=${id#sha256:}
    layer=$(jq -r --arg id "$id" '.[] | select(.id == $id).layer' "$WORK/root/overlay-images/images.json")
    [ -n "$layer" ]
    rm -r "$WORK/root/overlay/$layer/diff"
}

@test "a store without damage is told to have none" {
    create
    check
    json '.Errors == false and .Layers == null and .Images == null and .Containers == null and .RemovedLayers == null and .RemovedImages == null'
    check quick=true
    json '.Errors == false'
}

@test "a layer whose files are missing damages its image, and repair removes both" {
    only_for coracle # podman looks only at what it has read before
    broken_image
    check
    json '.Errors and (.Layers[$layer] | length) == 1 and (.Images[$id] | length) == 1 and .RemovedImages == null' --arg layer "$layer" --arg id "$id"
    api GET "/libpod/images/$id/exists"
    [ "$status" = 204 ]
    check repair=true
    json '.RemovedImages | has($id)' --arg id "$id"
    api GET "/libpod/images/$id/exists"
    [ "$status" = 404 ]
    [ ! -e "$WORK/root/overlay/$layer" ]
    check
    json '.Errors == false'
}

@test "a document that is not what its digest says is found, but not in a hurry" {
    only_for coracle
    fresh_image
    id=${id#sha256:}
    local file
    file=$(find "$WORK/root/overlay-images/$id" -name '=*' -size -4k | head -n 1)
    printf ' ' >>"$file"
    check quick=true
    json '.Errors == false'
    check
    json '.Images[$id] | length >= 1' --arg id "$id"
    check repair=true
    json '.RemovedImages | has($id)' --arg id "$id"
    check
    json '.Errors == false'
}

@test "a container keeps a damaged image until the repair may lose something" {
    only_for coracle
    fresh_image
    create "{\"image\":\"$id\"}"
    break_it
    check repair=true
    json '.Errors and .RemovedImages == null and .RemovedContainers == null and (.Containers | has($ctr))' --arg ctr "$ctr"
    check repair_lossy=true
    json '.RemovedContainers[$ctr] == $name and (.RemovedImages | has($id))' --arg ctr "$ctr" --arg name "$name" --arg id "$id"
    api GET "/libpod/containers/$ctr/exists"
    [ "$status" = 404 ]
    check
    json '.Errors == false'
}

@test "a layer that nothing refers to counts when it is old enough, and repair removes it" {
    only_for coracle
    fresh_image
    local images=$WORK/root/overlay-images/images.json layer
    id=${id#sha256:}
    layer=$(jq -r --arg id "$id" '.[] | select(.id == $id).layer' "$images")
    jq -c --arg id "$id" 'map(select(.id != $id))' "$images" >"$images.new"
    mv "$images.new" "$images"
    rm -r "$WORK/root/overlay-images/$id"
    check
    json '.Errors == false'
    check 'unreferenced_layer_max_age=0s'
    json '.Layers | has($layer)' --arg layer "$layer"
    [ -e "$WORK/root/overlay/$layer" ]
    check 'unreferenced_layer_max_age=0s&repair=true'
    json '.RemovedLayers | index($layer) != null' --arg layer "$layer"
    [ ! -e "$WORK/root/overlay/$layer" ]
    check 'unreferenced_layer_max_age=0s'
    json '.Errors == false'
}

@test "an age that is none is refused by name" {
    check 2>/dev/null
    api POST '/libpod/system/check?unreferenced_layer_max_age=soon'
    refused 400 unreferenced_layer_max_age soon
}

@test "podman-remote shows what is found" {
    need_peers
    only_for coracle
    run newer_podman_remote system check
    [ "$status" -eq 0 ]
    broken_image
    run newer_podman_remote system check
    [[ $output == *"$layer"* || $output == *"$id"* ]]
    run newer_podman_remote system check --repair
    run newer_podman_remote system check
    [ "$status" -eq 0 ]
}
