load "$E2E/lib/e2e"
load registry

setup() {
    registry
    local arm amd none
    amd=$(publish image multi:amd --bytes 11)
    arm=$(publish image multi:arm --bytes 12 --arch arm64)
    none=$(publish image multi:none --bytes 13 --arch unknown)
    index=$(publish index multi:all "$arm=linux/arm64/v8" "$amd=linux/amd64" "$none=unknown/unknown")
    only_arm=$(publish index multi:only-arm "$arm=linux/arm64/v8")
}

@test "of an index the host's image is taken" {
    pull "$REGISTRY/multi:all"
    [ "$status" = 200 ]
    api GET "/libpod/images/$(pulled_id)/json"
    json '.Architecture == "amd64"'
    json '.RepoDigests | any(endswith($index))' --arg index "$index"
}

@test "the image for another platform is taken when it is asked for" {
    pull "$REGISTRY/multi:all" "OS=linux&Arch=arm64"
    [ "$status" = 200 ]
    api GET "/libpod/images/$(pulled_id)/json"
    json '.Architecture == "arm64"'
    api POST "/images/create?fromImage=$(quote "$REGISTRY/multi:all")&platform=linux/arm64/v8"
    [ "$status" = 200 ]
    stream_has ".status == \"Digest: $index\""
}

@test "an index without the platform is a 404 that names it" {
    pull "$REGISTRY/multi:only-arm"
    [ "$status" = 404 ] || [ "$ENGINE" != coracle ]
    [[ $body == *amd64* ]]
    docker_pull "$REGISTRY/multi:only-arm"
    refused 404
}

@test "a platform that is none is a 400" {
    only_for coracle
    api POST "/images/create?fromImage=$(quote "$REGISTRY/multi:all")&platform=a/b/c/d"
    refused 400 "a/b/c/d"
}
