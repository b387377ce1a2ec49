# POST /libpod/system/prune
# runs alone
load "$E2E/lib/e2e"
load ../../docker/images/images

teardown_file() {
    e2e_remove_containers
    remove_images
}

prune() { # QUERY
    api POST "/libpod/system/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")&$1"
    [ "$status" = 200 ]
}

@test "what nobody uses goes, of each kind, and the bytes are summed" {
    mark=m$BASHPID$RANDOM
    fresh_image "changes=$(quote "LABEL mark=$mark")"
    post /libpod/volumes/create "{\"Name\":\"v-$mark\",\"Label\":{\"mark\":\"$mark\"}}"
    post /libpod/networks/create "{\"name\":\"n-$mark\",\"driver\":\"bridge\",\"labels\":{\"mark\":\"$mark\"}}"
    create "{\"labels\":{\"mark\":\"$mark\"}}"
    prune ''
    json '(.ContainerPruneReports | map(.Id)) == [$id]' --arg id "$ctr"
    json '(.NetworkPruneReports | map(.Name)) == [$name]' --arg name "n-$mark"
    json '(.ImagePruneReports // []) == [] and (.VolumePruneReports // []) == []'
    prune all=true
    json '(.ImagePruneReports | map(.Id)) == [$id] and .ImagePruneReports[0].Size > 0' --arg id "${id#sha256:}"
    json '.ReclaimedSpace == ([.ImagePruneReports, .ContainerPruneReports, .VolumePruneReports] | map((. // [])[].Size) | add)'
    prune volumes=true
    json '(.VolumePruneReports | map(.Id)) == [$name]' --arg name "v-$mark"
    prune 'all=true&volumes=true'
    json '[.PodPruneReport, .ContainerPruneReports, .ImagePruneReports, .NetworkPruneReports, .VolumePruneReports] | all(. == null)'
    json '.ReclaimedSpace == 0'
}

@test "what is used stays" {
    mark=m$BASHPID$RANDOM
    fresh_image "changes=$(quote "LABEL mark=$mark")"
    post /libpod/volumes/create "{\"Name\":\"v-$mark\",\"Label\":{\"mark\":\"$mark\"}}"
    start "{\"labels\":{\"mark\":\"$mark\"},\"volumes\":[{\"Name\":\"v-$mark\",\"Dest\":\"/v\"}]}"
    create "{\"image\":\"$id\",\"labels\":{\"mark\":\"other\"}}"
    prune 'all=true&volumes=true'
    json '(.ContainerPruneReports // []) == [] and (.ImagePruneReports // []) == [] and (.VolumePruneReports // []) == []'
    api DELETE "/libpod/containers/$ctr"
    e2e_remove_containers
    api DELETE "/libpod/volumes/v-$mark"
}

in_store() { # buildah's COMMAND...; it mounts the store over itself, and that ends with it
    unshare --mount --propagation private buildah --root "$WORK/root" --runroot "$WORK/runroot" --storage-driver overlay "$@"
}

@test "a working container of buildah's goes with build alone" {
    only_for coracle
    local working
    working=$(in_store from --pull=never --name "work-$BASHPID" "$IMAGE")
    api POST '/libpod/system/prune?filters={"until":["1h"]}'
    in_store inspect --type container "$working" >"$BATS_TEST_TMPDIR/one"
    api POST '/libpod/system/prune?build=true&filters={"until":["1h"]}'
    json '.ContainerPruneReports | map(.Id) | index($id) != null' --arg id "$(jq -r .ContainerID "$BATS_TEST_TMPDIR/one")"
    run ! in_store inspect --type container "$working"
}

@test "what it does not know and does not do is refused by name" {
    only_for coracle
    api POST '/libpod/system/prune?filters={"colour":["red"]}'
    refused 400 colour
    api POST '/libpod/system/prune?filters={"until":["soon"]}'
    refused 400 until soon
    api POST '/libpod/system/prune?external=true'
    refused 400 external
}
