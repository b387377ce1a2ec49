# runs alone: podman looks at the whole store
# Images that commit makes, in the hands of the others who use the store.
load "$E2E/lib/e2e"
load registry

setup() {
    [ "$ENGINE" = coracle ] || skip "the store is shared with podman anyway"
    need_peers
    registry
    create '{"command": ["sh", "-c", "echo text >/new; rm /etc/group"]}'
    api POST "/libpod/containers/$ctr/start"
    api POST "/libpod/containers/$ctr/wait?condition=exited"
    repo=localhost/commit-$RANDOM$RANDOM
    store=(--root "$WORK/root" --runroot "$WORK/runroot")
}

teardown() {
    umount "$CORACLE_PEERS$WORK/root/overlay" 2>/dev/null || true # podman mounts it on itself and leaves it so
    for format in oci docker; do
        api DELETE "/libpod/images/$repo:$format?force=true"
        api DELETE "/libpod/images/$REGISTRY/commit:$format?force=true"
    done
    e2e_end_background
}

check_with() { # FORMAT
    local place="containers-storage:[overlay@$WORK/root+$WORK/runroot]$repo:$1"
    api POST "/libpod/commit?container=$ctr&repo=$repo&tag=$1&format=$1"
    [ "$status" = 200 ]
    older_podman image inspect "$repo:$1" | jq -e --arg id "$(field .Id)" '.[0] | .Id == $id and (.RootFS.Layers | length == 2)'
    [ "$(older_podman run --rm "${LIMITS[@]}" "$repo:$1" cat /new)" = text ]
    [ "$(newer_podman run --rm "${LIMITS[@]}" "$repo:$1" cat /new)" = text ]
    newer_podman image inspect "$repo:$1" | jq -e --arg id "$(field .Id)" '.[0].Id == $id'
    skopeo copy -q --dest-tls-verify=false "$place" "docker://$REGISTRY/commit:$1"
    skopeo inspect --config --tls-verify=false "docker://$REGISTRY/commit:$1" | jq -e '.rootfs.diff_ids | length == 2'
    skopeo copy -q "$place" "docker-archive:$BATS_TEST_TMPDIR/$1.tar:x:y"
    tar -xOf "$BATS_TEST_TMPDIR/$1.tar" manifest.json | jq -e '.[0].Layers | length == 2'
    working=$(buildah "${store[@]}" from --pull-never "$repo:$1")
    mounted=$(buildah "${store[@]}" mount "$working")
    [ "$(cat "$mounted/new")" = text ]
    [ ! -e "$mounted/etc/group" ]
    buildah "${store[@]}" rm "$working"
    api POST "/libpod/images/pull?reference=$REGISTRY/commit:$1&tlsVerify=false"
    [ "$status" = 200 ]
}

@test "podman, skopeo and buildah take a committed image in OCI's format" {
    check_with oci
}

@test "podman, skopeo and buildah take a committed image in Docker's format" {
    check_with docker
}
