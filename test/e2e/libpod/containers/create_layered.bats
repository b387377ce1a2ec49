load "$E2E/lib/e2e"

refuses() { # DOCUMENT TEXT...: and nothing is made
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" --argjson more "$1" '{image: $image, name: $name} + $more')"
    refused 400 "${@:2}"
    api GET "/libpod/containers/$name/exists"
    [ "$status" = 404 ]
}

image_volume() { # [MORE]: a document with the test image mounted at /m
    jq -c -n --arg image "$IMAGE" --argjson more "${1:-{\}}" '{image_volumes: [{Source: $image, Destination: "/m"} + $more]}'
}

nothing_left() { # ID: of mounts
    ! grep "$1" /proc/self/mountinfo
}

@test "an image is mounted, and nobody can write to it" {
    says 'ls /m/bin/busybox; touch /m/x; touch /m/bin/x' "$(image_volume)"
    [ "$(grep -c 'Read-only file system' <<<"$output")" = 2 ]
    [[ $output == */m/bin/busybox* ]]
}

@test "a part of an image is mounted" {
    says 'ls -d /m/busybox; ls /m/bin 2>&1' "$(image_volume '{"subPath":"bin"}')"
    [[ $output == */m/busybox*'No such file'* ]]
}

@test "changes to an image that is mounted writable end with the container" {
    create "$(shell 'ls /m/mine 2>/dev/null; echo mine >/m/mine && rm /m/bin/busybox && cat /m/mine' "$(image_volume '{"ReadWrite":true}')")"
    local run
    for run in first second; do
        run_to_its_end
        api GET "/libpod/containers/$ctr/json"
        json '.State.ExitCode == 0'
    done
    api GET "/libpod/containers/$ctr/logs?stdout=true"
    [ "$(unframe <"$body_file")" = mine$'\n'mine ]
    nothing_left "$ctr"
    says 'ls /m/bin/busybox' "$(image_volume)"
    [ "$output" = /m/bin/busybox ]
}

@test "inspect says which image is mounted where" {
    create "$(image_volume '{"subPath":"bin"}')"
    api GET "/libpod/containers/$ctr/json"
    json '.Mounts | length == 1 and (.[0] | .Type == "image" and .Source == $image and .Destination == "/m" and .RW == false)' --arg image "$IMAGE"
    [ "$ENGINE" != coracle ] || json '.Mounts[0].SubPath == "bin"'
}

@test "an image that is mounted is not removed" {
    only_for coracle # podman has no container for it and removes the layers below the mount
    local copy=localhost/layered-$$:1
    python3 "$E2E/lib/archive.py" "$WORK/rootfs.tar" "$BATS_TEST_TMPDIR/image.tar" "$copy" '{"Labels":{"layered":"yes"}}'
    api POST /libpod/images/load --data-binary "@$BATS_TEST_TMPDIR/image.tar" -H 'Content-Type: application/x-tar'
    start "$(jq -c -n --arg image "$copy" '{image_volumes: [{Source: $image, Destination: "/m"}]}')"
    api DELETE "/libpod/images/$copy"
    refused 409 "${ctr:0:12}"
    api POST '/libpod/images/prune?all=true&filters=%7B%22label%22%3A%5B%22layered%22%5D%7D'
    api GET "/libpod/images/$copy/exists"
    [ "$status" = 204 ]
    api DELETE "/libpod/containers/$ctr?force=true"
    api DELETE "/libpod/images/$copy"
    [ "$status" = 200 ]
}

@test "image mounts that cannot be are refused by name" {
    only_for coracle # podman says so at start
    refuses "$(image_volume '{"subPath":"../x"}')" subpath ../x
    refuses "$(image_volume '{"Source":""}')" image /m
    refuses "$(image_volume '{"Destination":"m"}')" '"m"' absolute
    fresh_name
    post /libpod/containers/create "$(jq -c -n --arg image "$IMAGE" --arg name "$name" '{image: $image, name: $name, image_volumes: [{Source: "nosuch:1", Destination: "/m"}]}')"
    refused 404 nosuch:1 /m
    create "$(image_volume '{"subPath":"nosuch/here"}')"
    api POST "/libpod/containers/$ctr/start"
    refused 400 nosuch/here
    nothing_left "$ctr"
}

overlay() { # [OPTION...]: a document with $source over /m, the directory made
    source=$WORK/overlay-$$
    mkdir -p "$source"
    echo theirs >"$source/file"
    jq -c -n --arg source "$source" '{overlay_volumes: [{source: $source, destination: "/m", options: $ARGS.positional}]}' --args "$@"
}

@test "an overlay shows a directory and keeps changes off it, until the container ends" {
    source=$WORK/overlay-$$
    create "$(shell 'cat /m/file; echo mine >/m/file; touch /m/new; ls /m' "$(overlay)")"
    run_to_its_end
    hear
    [ "$output" = $'theirs\nfile\nnew\ntheirs\nfile\nnew' ]
    [ "$(cat "$source/file")" = theirs ] && [ ! -e "$source/new" ]
    nothing_left "$ctr"
}

@test "changes stay in an upper directory of one's own" {
    mkdir "$WORK/upper-$$" "$WORK/work-$$"
    says 'echo mine >/m/file' "$(overlay "upperdir=$WORK/upper-$$" "workdir=$WORK/work-$$")"
    [ "$(cat "$WORK/upper-$$/file")" = mine ]
    [ "$(cat "$WORK/overlay-$$/file")" = theirs ]
    says 'cat /m/file' "$(overlay "upperdir=$WORK/upper-$$" "workdir=$WORK/work-$$")"
    [ "$output" = mine ]
}

@test "an overlay is given to the container's user, its source is not" {
    only_for coracle # podman changes the source as well
    says 'ls -ln /m/file; touch /m/new && echo wrote' "$(jq -c '. + {user: "1000:1000"}' <<<"$(overlay U)")"
    [[ $output == *" 1000 "*" 1000 "*wrote ]]
    [ "$(stat -c %u "$WORK/overlay-$$/file")" = 0 ]
}

@test "a volume, and a bind, are mounted with a layer above them too" {
    local volume=layered-$$
    says 'echo theirs >/v/file' "{\"volumes\":[{\"Name\":\"$volume\",\"Dest\":\"/v\"}]}"
    says 'cat /v/file; echo mine >/v/file && cat /v/file' "{\"volumes\":[{\"Name\":\"$volume\",\"Dest\":\"/v\",\"Options\":[\"O\"]}]}"
    [ "$output" = $'theirs\nmine' ]
    says 'cat /v/file' "{\"volumes\":[{\"Name\":\"$volume\",\"Dest\":\"/v\"}]}"
    [ "$output" = theirs ]
    api GET "/libpod/containers/json?all=true&filters=%7B%22volume%22%3A%5B%22$volume%22%5D%7D"
    local id
    for id in $(field '.[].Id'); do
        api DELETE "/libpod/containers/$id?force=true"
    done
    api DELETE "/libpod/volumes/$volume"
    only_for coracle # podman hands the option to the runtime
    overlay >/dev/null
    says 'echo mine >/m/file && cat /m/file' "{\"mounts\":[{\"type\":\"bind\",\"source\":\"$WORK/overlay-$$\",\"destination\":\"/m\",\"options\":[\"O\"]}]}"
    [ "$output" = mine ]
    [ "$(cat "$WORK/overlay-$$/file")" = theirs ]
}

@test "inspect says that a mount has a layer above it" {
    only_for coracle # podman shows none of them
    create "$(overlay)"
    api GET "/libpod/containers/$ctr/json"
    json '.Mounts[0] | .Type == "bind" and .Destination == "/m" and (.Options | index("O"))'
    json '.HostConfig.Binds[0] | endswith(":/m:rw,O")'
}

@test "overlays that cannot be are refused by name" {
    only_for coracle # podman says so at start
    refuses "$(overlay upperdir=/tmp)" upperdir workdir
    refuses "$(overlay upperdir=tmp workdir=/tmp)" '"tmp"' absolute
    refuses '{"overlay_volumes":[{"source":"/nosuch","destination":"/m"}]}' /nosuch
    refuses '{"mounts":[{"type":"bind","source":"/tmp","destination":"/m","options":["upperdir=/tmp"]}]}' upperdir
    create "$(overlay "upperdir=/nosuch" workdir=/tmp)"
    api POST "/libpod/containers/$ctr/start"
    refused 400 upperdir /nosuch
    create '{"overlay_volumes":[{"source":"/etc/passwd","destination":"/m"}]}'
    api POST "/libpod/containers/$ctr/start"
    refused 400 /etc/passwd directory
    nothing_left "$ctr"
}

@test "both are mounted into a container with mapped users, the image with its own" {
    only_for coracle # the peers stand in a chroot, where the kernel makes no user namespaces
    local maps='{"userns":{"nsmode":"private"},"idmappings":{"HostUIDMapping":false,"HostGIDMapping":false,
        "UIDMap":[{"container_id":0,"host_id":200000,"size":65536}],"GIDMap":[{"container_id":0,"host_id":300000,"size":65536}]}}'
    says 'ls -ln /m/bin/busybox; touch /m/x && ls -ln /m/x' "$(image_volume '{"ReadWrite":true}' | jq -c --argjson maps "$maps" '. + $maps')"
    [ "$(grep -cE ' 0 +0 ' <<<"$output")" = 2 ]
    says 'ls -ln /m/bin/busybox' "$(image_volume | jq -c --argjson maps "$maps" '. + $maps')"
    [ "$(grep -cE ' 0 +0 ' <<<"$output")" = 1 ]
    says 'cat /m/file' "$(overlay | jq -c --argjson maps "$maps" '. + $maps')"
    [ "$output" = theirs ]
}

@test "podman-remote mounts images and overlays" {
    run podman_remote run --rm --network none --mount "type=image,src=$IMAGE,dst=/m,rw=true" "$IMAGE" sh -c 'touch /m/x && ls /m/bin/busybox'
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = /m/bin/busybox ]
    overlay >/dev/null
    run podman_remote run --rm --network none -v "$WORK/overlay-$$:/m:O" "$IMAGE" sh -c 'cat /m/file; echo mine >/m/file'
    echo "$output"
    [ "$status" = 0 ] && [ "$output" = theirs ]
    [ "$(cat "$WORK/overlay-$$/file")" = theirs ]
}
