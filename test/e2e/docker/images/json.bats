# GET /images/json and GET /images/{name}/json
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

@test "an image in the list has Docker's members" {
    fresh_image 'changes=LABEL%20a=b'
    listed "{\"reference\":[\"$image\"]}"
    json 'length == 1 and .[0].Id == $id and .[0].RepoTags == [$name + ":latest"] and .[0].ParentId == ""' \
        --arg id "$id" --arg name "$image"
    json '.[0].Labels == {a: "b"} and .[0].Containers == -1 and .[0].SharedSize == -1 and .[0].Size >= 0'
    json '(now - .[0].Created | fabs) < 300 and (.[0] | has("VirtualSize") | not)'
}

@test "the newest image comes first" {
    only_for coracle
    fresh_image
    listed
    json '[.[].Created] | . == (sort | reverse)'
}

@test "names from Docker Hub are familiar, others are whole" {
    fresh_image
    api POST "/images/$image/tag?repo=docker.io/library/${image#e2e/}&tag=a"
    api POST "/images/$image/tag?repo=localhost:9/$image&tag=b"
    api GET "/images/$id/json"
    json '.RepoTags | sort == ([$image + ":latest", ($image | ltrimstr("e2e/")) + ":a", "localhost:9/" + $image + ":b"] | sort)' \
        --arg image "$image"
    api DELETE "/images/${image#e2e/}:a"
    [ "$status" = 200 ]
}

@test "sizes of shared layers are there when asked for" {
    fresh_image
    local first=$id
    api POST "/images/create?fromSrc=-&repo=$image&tag=again" -T "$rootfs" # the same layer
    [ "$status" = 200 ]
    fresh_image
    listed '{}' shared-size=1
    json 'map(select(.Id == $id))[0] | .SharedSize > 0 and .SharedSize == .Size' --arg id "$first"
    json 'map(select(.Id == $id))[0].SharedSize == 0' --arg id "$id"
}

@test "filters choose by reference, label, dangling, before, since and until" {
    fresh_image 'tag=one&changes=LABEL%20e2e=filters'
    local old=$image old_id=$id
    fresh_image 'changes=LABEL%20e2e=filters'
    listed '{"reference":["'"$old"':o*"]}'
    json '[.[].Id] == [$id]' --arg id "$old_id"
    listed '{"reference":["'"${old#e2e/}"'"]}' # no part of a name
    json '. == []'
    listed '{"label":["e2e=filters"],"reference":["'"$old"'","'"$image"'"]}'
    json 'length == 2'
    listed '{"label":["e2e=other"],"reference":["'"$old"'"]}'
    json '. == []'
    listed '{"before":["'"$image"'"],"label":["e2e=filters"],"reference":["'"$old"'","'"$image"'"]}'
    json '[.[].Id] == [$id]' --arg id "$old_id"
    listed '{"since":["'"$old_id"'"],"label":["e2e=filters"],"reference":["'"$old"'","'"$image"'"]}'
    json '[.[].Id] == [$id]' --arg id "$id"
    listed '{"until":["10m"],"reference":["'"$old"'"]}'
    json '. == []'
    listed '{"dangling":["true"]}'
    json 'map(.RepoTags) | flatten == []'
}

@test "a reference hides the other names of the same image" {
    fresh_image
    api POST "/images/$image/tag?repo=$image-2&tag=x"
    echo "$image-2" >>"$BATS_FILE_TMPDIR/images"
    listed '{"reference":["'"$image"'-2"]}'
    json '.[0].RepoTags == [$name]' --arg name "$image-2:x"
    json 'all(.[0].RepoDigests[]; startswith($name))' --arg name "$image-2@"
}

@test "an old level filters by a pattern of its own" {
    fresh_image
    api GET "/v1.40/images/json?filter=$image"
    json '[.[].Id] == [$id]' --arg id "$id"
    api GET "/v1.41/images/json?filter=nosuch"
    json 'length >= 1'
}

@test "bad filters are refused and named" {
    only_for coracle
    api GET '/images/json?filters={"colour":["red"]}'
    refused 400 filters colour
    api GET '/images/json?filters={"dangling":["maybe"]}'
    refused 400 dangling maybe
    api GET '/images/json?filters={"until":["soon"]}'
    refused 400 until soon
    api GET '/images/json?filters=no'
    refused 400 filters
    api GET '/images/json?filters={"before":["nosuch"]}'
    refused 404 'No such image: nosuch:latest'
}

@test "old levels have VirtualSize, and a word for images without a name" {
    fresh_image_name
    fresh_rootfs
    api POST '/images/create?fromSrc=-' -T "$rootfs"
    id=$(field .status)
    api GET /v1.42/images/json
    json 'map(select(.Id == $id))[0] | .RepoTags == ["<none>:<none>"] and .RepoDigests == ["<none>@<none>"] and .VirtualSize == .Size' \
        --arg id "$id"
    api GET /v1.44/images/json
    json 'map(select(.Id == $id))[0] | .RepoTags == [] and .RepoDigests == [] and (has("VirtualSize") | not)' --arg id "$id"
    api DELETE "/images/$id"
    [ "$status" = 200 ]
}

@test "inspect shows the configuration" {
    local changes='changes=CMD%20["a","b"]&changes=ENV%20A=b&changes=EXPOSE%2080&changes=WORKDIR%20/w&changes=USER%20u'
    fresh_image "$changes&changes=VOLUME%20/v&changes=LABEL%20l=m&changes=STOPSIGNAL%20SIGINT&changes=ENTRYPOINT%20[\"e\"]&message=said"
    api GET "/images/$image/json"
    [ "$status" = 200 ]
    json '.Id == $id and .Comment == "said" and .Os == "linux" and .RootFS.Type == "layers" and (.RootFS.Layers | length) == 1' --arg id "$id"
    json '.Config | .Cmd == ["a", "b"] and .Env == ["A=b"] and .ExposedPorts == {"80/tcp": {}} and .WorkingDir == "/w" and .User == "u"'
    json '.Config | .Volumes == {"/v": {}} and .Labels == {l: "m"} and .StopSignal == "SIGINT" and .Entrypoint == ["e"]'
    json '.Created | test("^20[0-9-]*T[0-9:.]*Z$")'
}

@test "inspect has the members of its level" {
    fresh_image
    api GET "/v1.44/images/$image/json"
    json 'has("ContainerConfig") and (has("VirtualSize") | not) and (.Config | has("Hostname"))'
    api GET "/v1.43/images/$image/json"
    json '.VirtualSize == .Size'
    api GET "/v1.45/images/$image/json"
    json 'has("ContainerConfig") | not'
}

@test "an image is found by name, id, short id and digest" {
    fresh_image
    local key hex=${id#sha256:} digest
    api GET "/images/$image/json"
    digest=$(field '.RepoDigests[0] // empty')
    for key in "$image" "$image:latest" "docker.io/$image" "$id" "$hex" "${hex:0:12}" ${digest:+"$digest"}; do
        api GET "/images/$key/json"
        json '.Id == $id' --arg id "$id"
    done
}

@test "a name of another registry is not Docker Hub's" {
    fresh_image
    api POST "/images/$image/tag?repo=localhost:9/${image#e2e/}"
    api GET "/images/${image#e2e/}/json"
    refused 404 "No such image: ${image#e2e/}:latest"
}

@test "a missing image is a 404 with the tag that was meant, a bad name a 400" {
    api GET /images/nosuch/json
    refused 404 'No such image: nosuch:latest'
    api GET /images/nosuch/json/json
    refused 404 'No such image: nosuch/json:latest'
    api GET /images/NOsuch/json
    refused 400 NOsuch lowercase
}
