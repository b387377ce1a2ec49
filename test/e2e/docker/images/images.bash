# Images that no other test has.
# shellcheck disable=SC2034 # image, id and others are for the tests

# A root file system of one file that nobody else has, in $rootfs.
fresh_rootfs() {
    local dir=$BATS_TEST_TMPDIR/rootfs.$RANDOM$RANDOM
    mkdir -p "$dir"
    echo "$BASHPID $RANDOM$RANDOM" >"$dir/mark"
    rootfs=$dir.tar
    tar -C "$dir" --owner=0 --group=0 -cf "$rootfs" mark
}

fresh_image_name() { # sets $image, a name without tag
    image=e2e/i-$BASHPID-$RANDOM$RANDOM
    echo "$image" >>"$BATS_FILE_TMPDIR/images"
}

# Imports an image of its own: $image without tag, $id with sha256:.
fresh_image() { # [QUERY]
    fresh_image_name
    fresh_rootfs
    api POST "/images/create?fromSrc=-&repo=$image${1:+&$1}" -H 'Content-Type: application/x-tar' -T "$rootfs"
    [ "$status" = 200 ] || return 1
    id=$(field .status)
}

# Puts an image of its own into the registry: $remote without tag.
fresh_remote() { # [TAG...]
    local archive=$BATS_TEST_TMPDIR/remote.$RANDOM$RANDOM tag
    registry || return 1
    fresh_rootfs
    remote=$REGISTRY/i-$BASHPID-$RANDOM$RANDOM
    echo "$remote" >>"$BATS_FILE_TMPDIR/images"
    python3 "$E2E/lib/archive.py" "$rootfs" "$archive" busybox:latest || return 1
    [ $# -gt 0 ] || set -- latest
    for tag; do
        skopeo copy -q --dest-tls-verify=false "docker-archive:$archive" "docker://$remote:$tag" || return 1
    done
}

# Every name of each image that the file's tests made.
remove_images() {
    local name tag
    [ -s "$BATS_FILE_TMPDIR/images" ] || return 0
    while read -r name; do
        curl -sg --unix-socket "$SOCKET" "http://e2e/images/json?filters={\"reference\":[\"$name\"]}" |
            jq -r '.[] | (.RepoTags + .RepoDigests)[]' | while read -r tag; do
            curl -s -o /dev/null --unix-socket "$SOCKET" -X DELETE "http://e2e/images/$tag?force=true"
        done
    done <"$BATS_FILE_TMPDIR/images"
}

listed() { # [FILTERS as JSON] [QUERY]: the list of images
    api GET "/images/json?filters=$(quote "${1:-{\}}")${2:+&$2}"
    [ "$status" = 200 ]
}

lines() { # FILTER: whether it is true of the lines of a stream as one list
    jq -es "$1" <<<"$body" >"$BATS_TEST_TMPDIR/jq" 2>&1 || { echo "not true of the lines: $1"; return 1; }
}
