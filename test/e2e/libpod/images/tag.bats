load "$E2E/lib/e2e"

@test "an image gets a further name and loses it again" {
    local repo=localhost/tag-$BASHPID
    api POST "/libpod/images/$IMAGE/tag?repo=$repo&tag=v1"
    [ "$status" = 201 ]
    api GET "/libpod/images/$repo:v1/json"
    json '.RepoTags | index($name) != null' --arg name "$repo:v1"
    api POST "/libpod/images/$IMAGE/untag?repo=$repo&tag=v1"
    [ "$status" = 201 ]
    api GET "/libpod/images/$repo:v1/exists"
    [ "$status" = 404 ]
    api GET "/libpod/images/$IMAGE/exists"
    [ "$status" = 204 ]
}

@test "without a tag it is latest" {
    local repo=localhost/tag-$BASHPID
    api POST "/libpod/images/$IMAGE/tag?repo=$repo"
    [ "$status" = 201 ]
    api GET "/libpod/images/$repo:latest/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/images/$repo:latest"
    [ "$status" = 200 ]
    json '.Untagged | index($name) != null' --arg name "$repo:latest"
}

@test "bad and missing names are refused" {
    api POST "/libpod/images/$IMAGE/tag"
    refused 400 repo
    api POST "/libpod/images/$IMAGE/tag?repo=UPPER&tag=x"
    refused 400 UPPER
    api POST "/libpod/images/$IMAGE/tag?repo=fine&tag=$(quote 'a b')"
    refused 400 "a b"
    api POST "/libpod/images/$IMAGE/tag?repo=sha256:abc"
    refused 400 sha256:abc
    api POST "/libpod/images/$IMAGE/tag?repo=sha256&tag=abc"
    refused 400 sha256:abc
}
