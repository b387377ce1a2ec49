# POST /images/load
load "$E2E/lib/e2e"
load images

teardown_file() {
    remove_images
}

archive() { # NAME: $archive, an image of its own under that name
    fresh_rootfs
    archive=$BATS_TEST_TMPDIR/archive.$RANDOM$RANDOM
    python3 "$E2E/lib/archive.py" "$rootfs" "$archive" "$1"
}

load_archive() { # FILE [QUERY]
    api POST "/images/load${2:+?$2}" -H 'Content-Type: application/x-tar' -T "$1"
}

@test "what was loaded is told by its familiar name" {
    fresh_image_name
    archive "$image:1"
    load_archive "$archive"
    [ "$status" = 200 ]
    [ "$(header Content-Type)" = application/json ]
    lines '[.[] | .stream // empty] == ["Loaded image: '"$image"':1\n"]'
    api GET "/images/$image:1/json"
    json '.RepoTags == [$name] and .Config.Labels["coracle.e2e"] == "busybox"' --arg name "$image:1"
}

@test "a compressed archive loads, quiet or not" {
    fresh_image_name
    archive "$image:1"
    gzip "$archive"
    load_archive "$archive.gz" quiet=1
    lines '[.[] | .stream // empty] == ["Loaded image: '"$image"':1\n"]'
}

@test "an archive without a name loads by its id" {
    fresh_image_name
    archive "$image:1"
    local dir=$BATS_TEST_TMPDIR/dir
    mkdir "$dir" && tar -xf "$archive" -C "$dir"
    jq -c '.[0].RepoTags = null' "$dir/manifest.json" >"$dir/m" && mv "$dir/m" "$dir/manifest.json"
    tar -cf "$archive" -C "$dir" .
    load_archive "$archive"
    lines '[.[] | .stream // empty] | length == 1 and (.[0] | test("^Loaded image ID: sha256:[0-9a-f]{64}\n$"))'
    api DELETE "/images/$(jq -r .stream <<<"$body" | sed 's/.*: //')"
    [ "$status" = 200 ]
}

@test "what is no archive of images is 200 with an error in the stream" {
    local bad
    : >"$BATS_TEST_TMPDIR/empty"
    echo garbage >"$BATS_TEST_TMPDIR/garbage"
    fresh_rootfs
    for bad in "$BATS_TEST_TMPDIR/empty" "$BATS_TEST_TMPDIR/garbage" "$rootfs" "$WORK/rootfs.tar"; do
        load_archive "$bad"
        [ "$status" = 200 ]
        lines 'length == 1 and (.[0].error | length) > 0 and .[0].errorDetail.message == .[0].error'
    done
    only_for coracle # Docker says where on its own disk it looked
    [[ $(jq -r .error <<<"$body") == *'expected a manifest.json or an index.json'* ]]
}
