load "$E2E/lib/e2e"
load registry

setup() {
    registry
}

no_image_of() { # NAME: neither it nor a layer in staging is left
    api GET "/libpod/images/$(quote "$1")/exists"
    [ "$status" = 404 ]
    [ "$ENGINE" != coracle ] || [ -z "$(ls -A "$WORK/root/coracle/staging" 2>/dev/null)" ]
}

fails_with() { # TEXT: as a status, or as the stream's last line when it had begun
    [ "$status" != 200 ] || stream_has '.error // .errorDetail.message // "" | length > 0'
    [[ $body == *"$1"* ]] || { echo "not named: $1"; return 1; }
}

@test "a layer whose bytes are not its digest's is refused" {
    publish image corrupt:1 --layers 2 --bytes 400000
    local layer
    layer=$(layer_of corrupt:1)
    printf 'wrong' | dd of="$(blob_file plain "$layer")" bs=1 seek=200000 conv=notrunc status=none
    pull "$REGISTRY/corrupt:1"
    fails_with "$layer"
    docker_pull "$REGISTRY/corrupt:1"
    fails_with "$layer"
    no_image_of "$REGISTRY/corrupt:1"
}

@test "a layer that is cut short is refused" {
    publish image short:1 --bytes 500000
    truncate -s 1000 "$(blob_file plain "$(layer_of short:1)")"
    pull "$REGISTRY/short:1"
    fails_with "$(layer_of short:1)"
    no_image_of "$REGISTRY/short:1"
}

@test "a layer that is missing is refused" {
    publish image missing:1 --bytes 600000
    local layer
    layer=$(layer_of missing:1)
    rm "$(blob_file plain "$layer")"
    pull "$REGISTRY/missing:1"
    fails_with "$layer"
    no_image_of "$REGISTRY/missing:1"
}

@test "a configuration that speaks of other layers is refused" {
    publish image lying:1 --layers 2 --config-of-layers 1
    pull "$REGISTRY/lying:1"
    fails_with layers
    no_image_of "$REGISTRY/lying:1"
}

@test "a manifest under a wrong digest is refused" {
    local digest other
    digest=$(publish image exact:one --bytes 21)
    other=$(publish image exact:two --bytes 22)
    cp "$(blob_file plain "$other")" "$(blob_file plain "$digest")"
    pull "$REGISTRY/exact@$digest"
    [ "$status" != 200 ] || stream_has '.error'
    no_image_of "$REGISTRY/exact@$digest"
}
