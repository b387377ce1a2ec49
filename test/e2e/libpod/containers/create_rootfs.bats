load "$E2E/lib/e2e"

setup() {
    root=$WORK/rootfs-$$
    mkdir "$root"
    tar -C "$root" -xf "$WORK/rootfs.tar"
}

create_in() { # [MORE]: a container of $root, called $name and $ctr
    fresh_name
    local document
    document=$(jq -c -n --arg root "$root" --arg name "$name" --argjson more "${1:-{\}}" \
        '{rootfs: $root, name: $name, command: ["sleep", "infinity"], netns: {nsmode: "none"}, stop_timeout: 1} + $more')
    post /libpod/containers/create "$document"
    [ "$status" = 201 ] || return 1
    ctr=$(field .Id)
}

run_in() { # SCRIPT [MORE]: what it says is $output
    create_in "$(shell "$@")" && hear
}

@test "a directory is the root, and what is done in it stays" {
    run_in 'echo made >/made; ls /bin/busybox; hostname >/dev/null && echo ran'
    [ "$output" = $'/bin/busybox\nran' ]
    [ "$(cat "$root/made")" = made ]
    api DELETE "/libpod/containers/$ctr?force=true"
    [ "$status" = 200 ]
    [ "$(cat "$root/made")" = made ]
    ! grep "$ctr" /proc/self/mountinfo
}

@test "changes to the root of an overlay are the container's alone" {
    create_in "$(shell 'cat /made 2>/dev/null; echo made >>/made; ls -d /bin/sh' '{"rootfs_overlay":true}')"
    run_to_its_end
    hear
    [ "$output" = $'/bin/sh\nmade\n/bin/sh' ]
    [ ! -e "$root/made" ]
    api DELETE "/libpod/containers/$ctr?force=true"
    run_in 'cat /made' '{"rootfs_overlay":true}'
    [[ $output == *'No such file'* ]]
}

@test "inspect and lists say that it has a root and no image" {
    create_in
    api GET "/libpod/containers/$ctr/json"
    json '.Rootfs == $root and .Image == "" and .ImageName == ""' --arg root "$root"
    api GET "/libpod/containers/json?all=true&size=true"
    json 'map(select(.Id == $id)) | length == 1 and .[0].Image == "" and .[0].ImageID == ""' --arg id "$ctr"
    api GET "/containers/json?all=true"
    json 'map(select(.Id == $id)) | length == 1' --arg id "$ctr"
    only_for coracle # podman fails for want of an image
    json 'map(select(.Id == $id))[0] | .Image == "" and .ImageID == ""' --arg id "$ctr"
    api GET "/containers/$ctr/json?size=true"
    json '.Image == "" and .SizeRw == 0'
}

@test "its files are read, written and exported, while it runs and before" {
    only_for coracle # podman asks its storage about the container, and there is none
    create_in
    api GET "/libpod/containers/$ctr/archive?path=/bin/busybox"
    [ "$status" = 200 ] && [ "$(tar -tf "$body_file")" = busybox ]
    echo text >"$BATS_TEST_TMPDIR/put"
    tar -C "$BATS_TEST_TMPDIR" -cf "$BATS_TEST_TMPDIR/put.tar" put
    api PUT "/libpod/containers/$ctr/archive?path=/" -H 'Content-Type: application/x-tar' -T "$BATS_TEST_TMPDIR/put.tar"
    [ "$(cat "$root/put")" = text ]
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
    api GET "/libpod/containers/$ctr/export"
    tar -tf "$body_file" | grep -qx put
    api POST "/libpod/containers/$ctr/mount"
    [ "$(cat "$(field .)/put")" = text ]
    api POST "/libpod/containers/$ctr/unmount"
    api GET "/libpod/containers/$ctr/changes"
    json '. == [] or . == null'
    api POST "/libpod/commit?container=$ctr&repo=localhost/none"
    refused 409 "$root" committed
}

@test "a root that cannot be is refused by name" {
    local document
    only_for coracle # podman says so at start, if at all
    for document in "{\"rootfs\":\"$root\",\"image\":\"$IMAGE\"}" '{"rootfs":"relative"}' '{"rootfs":"/nosuch/root"}' '{"rootfs":"/etc/passwd"}' \
        "{\"rootfs\":\"$root\",\"rootfs_mapping\":\"uids=0-1-10\"}"; do
        post /libpod/containers/create "$(jq -c '. + {command: ["true"]}' <<<"$document")"
        refused 400 rootfs
    done
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" '{image: $image, rootfs_overlay: true}')"
    refused 400 rootfs_overlay
    create_in
    mv "$root" "$root.away"
    api POST "/libpod/containers/$ctr/start"
    refused 400 "$root"
    mv "$root.away" "$root"
    api POST "/libpod/containers/$ctr/start"
    [ "$status" = 204 ]
}

@test "podman-remote runs one" {
    run podman_remote run --rm --network none --rootfs "$root" sh -c 'ls /bin/busybox'
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = /bin/busybox ]
    run podman_remote run --rm --network none --rootfs "$root:O" sh -c 'touch /made && ls /bin/busybox'
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = /bin/busybox ]
    [ ! -e "$root/made" ]
}
