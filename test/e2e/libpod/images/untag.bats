load "$E2E/lib/e2e"

@test "a name the image does not have is a 404" {
    api POST "/libpod/images/$IMAGE/untag?repo=localhost/nosuch&tag=x"
    refused 404 localhost/nosuch:x
}

@test "repository and tag go together" {
    only_for coracle
    api POST "/libpod/images/$IMAGE/untag?repo=localhost/x"
    refused 400 tag
    api POST "/libpod/images/$IMAGE/untag?tag=x"
    refused 400 repo
}
