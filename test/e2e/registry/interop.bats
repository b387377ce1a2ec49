# runs alone: podman looks at the whole store
load "$E2E/lib/e2e"
load registry

STORE="containers-storage:[overlay@$WORK/root+$WORK/runroot]"

setup() {
    only_for coracle
    registry
}

teardown() {
    e2e_end_background
    umount "$CORACLE_PEERS$WORK/root/overlay" 2>/dev/null || true # podman mounts it on itself and leaves it so
}

pull_fresh() { # NAME: an image whose layer nobody has yet, on top of a shell
    push_image "$REGISTRY/$1"
    pull "$REGISTRY/$1" policy=always
    [ -n "$(pulled_id)" ]
}

@test "podman 4 lists and runs what we pulled, and skopeo copies it" {
    pull_fresh interop/four:1
    older_podman images --format '{{.Repository}}:{{.Tag}} {{.Id}}' | grep -q "^$REGISTRY/interop/four:1 "
    [ "$(older_podman run --rm "${LIMITS[@]}" "$REGISTRY/interop/four:1" echo four)" = four ]
    publish image interop/layers:1 --layers 3 --bytes 100000
    pull "$REGISTRY/interop/layers:1"
    skopeo copy -q "$STORE$REGISTRY/interop/layers:1" "oci:$BATS_TEST_TMPDIR/copy:x"
    jq -e '.manifests | length == 1' "$BATS_TEST_TMPDIR/copy/index.json"
}

@test "podman 5 lists and runs what we pulled, skopeo copies it, and nothing is wrong with the store" {
    need_peers
    pull_fresh interop/five:1
    publish image interop/layers5:1 --layers 4 --bytes 100000
    pull "$REGISTRY/interop/layers5:1"
    newer_podman images --format '{{.Repository}}:{{.Tag}}' | grep -qx "$REGISTRY/interop/five:1"
    [ "$(newer_podman run --rm "${LIMITS[@]}" "$REGISTRY/interop/five:1" echo five)" = five ]
    in_peers skopeo copy -q "$STORE$REGISTRY/interop/layers5:1" "dir:$BATS_TEST_TMPDIR/copy"
    [ -s "$BATS_TEST_TMPDIR/copy/manifest.json" ]
    run newer_podman system check
    echo "$output"
    [ "$status" = 0 ]
}

@test "what podman pulled and buildah built is in our lists and runs" {
    publish image interop/theirs:1 --bytes 4321
    older_podman pull -q --tls-verify=false "$REGISTRY/interop/theirs:1"
    push_image "$REGISTRY/interop/base:1"
    local base
    base=$(buildah --root "$WORK/root" --runroot "$WORK/runroot" from --tls-verify=false "$REGISTRY/interop/base:1")
    buildah --root "$WORK/root" --runroot "$WORK/runroot" config --cmd 'echo built' "$base"
    buildah --root "$WORK/root" --runroot "$WORK/runroot" commit -q --rm "$base" localhost/interop-built:1
    api GET /libpod/images/json
    json 'any(.[]; .RepoTags | index($name))' --arg name "$REGISTRY/interop/theirs:1"
    json 'any(.[]; .RepoTags | index("localhost/interop-built:1"))'
    create '{"image": "localhost/interop-built:1", "command": ["echo", "built"]}'
    post "/libpod/containers/$ctr/start" ''
    post "/libpod/containers/$ctr/wait" ''
    [ "$body" = 0 ]
}

@test "a layer that podman has already is not fetched again, nor one of ours by podman" {
    publish image interop/once:1 --layers 2 --bytes 7777
    older_podman pull -q --tls-verify=false "$REGISTRY/interop/once:1"
    pull "$REGISTRY/interop/once:1" policy=always
    [ "$(grep -c 'skipped: already exists' <<<"$body")" = 2 ]
    publish image interop/twice:1 --layers 2 --bytes 8888
    pull "$REGISTRY/interop/twice:1"
    local before
    before=$(jq length "$WORK/root/overlay-layers/layers.json")
    [ "$(older_podman pull -q --tls-verify=false "$REGISTRY/interop/twice:1")" = "$(pulled_id)" ]
    [ "$(jq length "$WORK/root/overlay-layers/layers.json")" = "$before" ]
}
