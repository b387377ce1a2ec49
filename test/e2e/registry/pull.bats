load "$E2E/lib/e2e"
load registry

setup() {
    registry
}

@test "a pull on podman's surface tells its steps and ends with the id" {
    publish image steps:1 --layers 3
    pull "$REGISTRY/steps:1"
    [ "$status" = 200 ]
    stream_has '.stream == "Trying to pull '"$REGISTRY"'/steps:1...\n"'
    stream_has '.stream // "" | startswith("Copying blob ") and endswith(" done\n")'
    stream_has '.stream == "Writing manifest to image destination\n"'
    local id
    id=$(pulled_id)
    [ ${#id} = 64 ]
    api GET "/libpod/images/$id/json"
    json '.RepoTags == [$name]' --arg name "$REGISTRY/steps:1"
    json '.RootFS.Layers | length == 3'
}

@test "a pull on Docker's surface tells of layers, digest and status" {
    local digest
    digest=$(publish image said:1 --layers 2 --bytes 2000000)
    docker_pull "$REGISTRY/said:1"
    [ "$status" = 200 ]
    stream_has '.status == "Pulling from said" and .id == "1"'
    stream_has '.status == "Pull complete" and (.id | length == 12)'
    stream_has ".status == \"Digest: $digest\""
    stream_has ".status == \"Status: Downloaded newer image for $REGISTRY/said:1\""
    docker_pull "$REGISTRY/said:1"
    stream_has ".status == \"Status: Image is up to date for $REGISTRY/said:1\""
}

@test "layers the store has are not fetched again" {
    publish image shared-a:1 --layers 4 --bytes 5000
    publish image shared-b:1 --layers 5 --bytes 5000
    pull "$REGISTRY/shared-a:1"
    pull "$REGISTRY/shared-b:1"
    [ "$(grep -c 'skipped: already exists' <<<"$body")" = 4 ]
    [ "$(grep -c ' done' <<<"$body")" = 1 ]
}

@test "an unknown tag is a 404 before anything is sent, on both surfaces" {
    pull "$REGISTRY/busybox:nosuch"
    refused 404 "manifest unknown"
    docker_pull "$REGISTRY/busybox:nosuch"
    refused 404 "$REGISTRY/busybox:nosuch" "manifest unknown"
    pull "$REGISTRY/nosuch/image"
    refused 404 "$REGISTRY/nosuch/image"
}

@test "what is no reference is a 400 that names it" {
    local name
    for name in UPPER/case "$REGISTRY/a:b:c" "$REGISTRY/a@sha256:12" "$REGISTRY/../x"; do
        pull "$name"
        refused 400 "$name"
        docker_pull "$name"
        refused 400 "$name"
    done
}

@test "a pull by digest takes the very manifest, and the image has no tag" {
    local digest
    digest=$(publish image exact:1 --bytes 1234)
    pull "$REGISTRY/exact@$digest"
    [ "$status" = 200 ]
    api GET "/libpod/images/$(quote "$REGISTRY/exact@$digest")/json"
    [ "$status" = 200 ]
    json '.RepoTags == [] and .RepoDigests == [$digest]' --arg digest "$REGISTRY/exact@$digest"
}

fresh_archive() { # FILE: an image of one small layer that nobody has
    local dir=$BATS_TEST_TMPDIR/fresh
    mkdir -p "$dir"
    head -c 100000 /dev/urandom | base64 >"$dir/text"
    tar -C "$dir" -cf "$dir.tar" .
    rm -f "$1"
    python3 "$E2E/lib/archive.py" "$dir.tar" "$1" fresh:1
}

@test "gzip and zstd layers of Docker and OCI manifests are taken alike" {
    local form archive=$BATS_TEST_TMPDIR/archive.tar type
    for form in docker.v2s2 docker.oci zstd.oci; do
        fresh_archive "$archive"
        case $form in zstd.*) type=zstd ;; *) type=gzip ;; esac
        skopeo copy -q --dest-tls-verify=false -f "${form#*.}" --dest-compress-format "$type" "docker-archive:$archive" \
            "docker://$REGISTRY/forms/$form:1"
        pull "$REGISTRY/forms/$form:1"
        [ "$(grep -c ' done' <<<"$body")" = 1 ]
        api GET "/libpod/images/$(pulled_id)/json"
        type=$(field .ManifestType)
        case $form in
            docker.v2s2) [ "$type" = application/vnd.docker.distribution.manifest.v2+json ] ;;
            *) [ "$type" = application/vnd.oci.image.manifest.v1+json ] ;;
        esac
    done
    skopeo inspect --raw --tls-verify=false "docker://$REGISTRY/forms/zstd.oci:1" |
        jq -e '.layers[0].mediaType | endswith("+zstd")'
}

@test "policy missing and never use what is there" {
    publish image there:1
    pull "$REGISTRY/there:1" policy=never
    [ "$status" != 200 ] || stream_has '.error // "" | contains("image not known")'
    pull "$REGISTRY/there:1" policy=missing
    local id
    id=$(pulled_id)
    publish image there:1 --layers 2 # another image now has the name over there
    pull "$REGISTRY/there:1" policy=missing
    [ "$(pulled_id)" = "$id" ]
    pull "$REGISTRY/there:1" policy=newer
    [ "$(pulled_id)" != "$id" ]
}

@test "a pull is an event with the image and its name" {
    local since
    since=$(date +%s)
    publish image told:1 --bytes 77
    pull "$REGISTRY/told:1"
    local id
    id=$(pulled_id)
    api GET "/libpod/events?stream=false&since=$since&filters=$(quote '{"event":["pull"]}')"
    stream_has ".Action == \"pull\" and (.Actor.ID | endswith(\"$id\"))"
}

@test "nobody at the address is no 200" {
    pull 127.0.0.1:1/x
    [ "$status" = 503 ] || [ "$status" = 500 ] || stream_has '.error'
    [[ $body == *127.0.0.1:1* ]]
}

@test "pulls of one image at once all succeed" {
    publish image many:1 --layers 6 --bytes 300000
    local i pids=()
    for i in 1 2 3 4; do
        curl -sS --unix-socket "$SOCKET" -X POST "http://e2e/v5.0.0/libpod/images/pull?reference=$(quote "$REGISTRY/many:1")&quiet=true" \
            >"$BATS_TEST_TMPDIR/many.$i" 2>&1 3>&- &
        pids+=($!)
    done
    wait "${pids[@]}"
    for i in 1 2 3 4; do
        jq -e -s '.[-1].id | length == 64' "$BATS_TEST_TMPDIR/many.$i"
    done
}

@test "docker pull and docker run of an image that is not there yet" {
    push_image "$REGISTRY/by-docker:1"
    docker pull "$REGISTRY/by-docker:1" | tee "$BATS_TEST_TMPDIR/out"
    file_has "$BATS_TEST_TMPDIR/out" "Status: Downloaded newer image for $REGISTRY/by-docker:1"
    push_image "$REGISTRY/by-docker:2"
    [ "$(docker run --rm --network none "$REGISTRY/by-docker:2" echo hello 2>/dev/null)" = hello ]
}

@test "podman --remote pull of both versions" {
    push_image "$REGISTRY/by-podman:1"
    podman_remote pull "$REGISTRY/by-podman:1" >"$BATS_TEST_TMPDIR/out" 2>&1
    grep -qE '^[0-9a-f]{64}$' "$BATS_TEST_TMPDIR/out"
    run podman_remote pull "$REGISTRY/by-podman:nosuch"
    [ "$status" = 125 ]
    [[ $output == *"manifest unknown"* ]]
    need_peers
    newer_podman_remote pull "$REGISTRY/by-podman:1"
}
