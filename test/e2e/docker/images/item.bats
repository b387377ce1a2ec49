# DELETE /images/{name}
load "$E2E/lib/e2e"
load images

teardown_file() {
    e2e_remove_containers
    remove_images
}

@test "the last name takes the image and its layers along" {
    fresh_image
    api DELETE "/images/$image"
    [ "$status" = 200 ]
    json '.[0] == {Untagged: $name}' --arg name "$image:latest"
    json 'any(.[]; .Deleted == $id)' --arg id "$id"
    json '[.[] | .Deleted // empty] | length == 2' # the image and its layer
    api GET "/images/$id/json"
    refused 404 "No such image: $id"
}

@test "one of several names leaves the image alone" {
    fresh_image
    api POST "/images/$image/tag?repo=$image&tag=more"
    api DELETE "/images/$image:more"
    json '. == [{Untagged: $name}]' --arg name "$image:more"
    api GET "/images/$id/json"
    json '.RepoTags == [$name]' --arg name "$image:latest"
}

@test "an id with several names wants force" {
    fresh_image
    api POST "/images/$image/tag?repo=$image&tag=more"
    api DELETE "/images/$id"
    refused 409 'must be forced' 'multiple repositories'
    api DELETE "/images/$id?force=true"
    [ "$status" = 200 ]
    json '[.[] | .Untagged // empty | select(contains("@") | not)] | sort == [$name + ":latest", $name + ":more"]' --arg name "$image"
    json 'any(.[]; .Deleted == $id)' --arg id "$id"
}

@test "a stopped container keeps its image without names when it is forced" {
    fresh_image
    docker_create "{\"Image\":\"$image\",\"Cmd\":[\"/nothing\"]}"
    api DELETE "/images/$image"
    refused 409 'must force' "${ctr:0:12}"
    api DELETE "/images/$id"
    refused 409 'must be forced' 'stopped container' "${ctr:0:12}"
    api DELETE "/images/$image?force=true"
    [ "$status" = 200 ]
    json '.[0].Untagged == $name' --arg name "$image:latest"
    api DELETE "/containers/$ctr"
    [ "$status" = 204 ]
    [ "$ENGINE" = dockerd ] || { api DELETE "/images/$id" && json '[.[].Deleted] | index($id) != null' --arg id "$id"; }
}

@test "a running container keeps its image whatever is asked" {
    docker_start
    api GET "/containers/$ctr/json"
    id=$(field .Image)
    local hex=${id#sha256:}
    api POST "/images/$id/tag?repo=e2e/running-$BASHPID"
    api DELETE "/images/$id?force=true"
    refused 409 'cannot be forced' 'running container'
    api DELETE "/images/e2e/running-$BASHPID"
    [ "$status" = 200 ]
    api GET "/images/${hex:0:20}/json"
    [ "$status" = 200 ]
}

@test "a missing image is a 404, a bad name a 400" {
    api DELETE /images/nosuch
    refused 404 'No such image: nosuch:latest'
    api DELETE '/images/nosuch?force=true'
    refused 404 'No such image: nosuch:latest'
    api DELETE /images/NOsuch
    refused 400 lowercase
}
