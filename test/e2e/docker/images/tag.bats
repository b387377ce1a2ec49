# POST /images/{name}/tag
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

@test "a tag is a further name" {
    fresh_image
    local first=$image
    fresh_image_name
    api POST "/images/$first/tag?repo=$image&tag=t"
    [ "$status" = 201 ] && [ -z "$body" ]
    api GET "/images/$image:t/json"
    json '.Id == $id and (.RepoTags | length) == 2' --arg id "$id"
}

@test "without a tag it is latest; the tag beside it wins over one in the name" {
    fresh_image tag=x
    api POST "/images/$id/tag?repo=$image"
    api POST "/images/$id/tag?repo=$image:lost&tag=won"
    api GET "/images/$id/json"
    json '[.RepoTags[] | split(":")[1]] | sort == ["latest", "won", "x"]'
}

@test "a name moves from one image to the other" {
    fresh_image
    local first=$id name=$image
    fresh_image
    api POST "/images/$image/tag?repo=$name"
    [ "$status" = 201 ]
    api GET "/images/$first/json"
    json '.RepoTags == []'
    api DELETE "/images/$first"
    [ "$status" = 200 ]
}

@test "bad names are refused and named, nothing is tagged" {
    fresh_image
    api POST "/images/$image/tag?repo=BAD"
    refused 400 BAD lowercase
    api POST "/images/$image/tag?repo=x&tag=-y"
    refused 400 tag
    [ "$ENGINE" != coracle ] || { api POST "/images/$image/tag"; refused 400 repo; }
    api POST '/images/nosuch/tag?repo=x'
    refused 404 'No such image: nosuch:latest'
    api GET "/images/$image/json"
    json '.RepoTags | length == 1'
}

@test "a name may end in a word of the API" {
    fresh_image
    api POST "/images/$image/tag?repo=$image/json&tag=tag"
    [ "$status" = 201 ]
    echo "$image/json" >>"$BATS_FILE_TMPDIR/images"
    api GET "/images/$image/json:tag/json"
    json '.Id == $id' --arg id "$id"
    api DELETE "/images/$image/json:tag"
    json '.[0].Untagged == $name' --arg name "$image/json:tag"
}
