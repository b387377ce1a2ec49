load "$E2E/lib/e2e"

@test "the list has the image with its names" {
    api GET /libpod/images/json
    [ "$status" = 200 ]
    json 'any(.[]; (.RepoTags // []) | index($image) != null)' --arg image "$IMAGE"
    json 'map(select((.RepoTags // []) | index($image) != null))[0] | (.Id | test("^[0-9a-f]{64}$")) and .Size > 100000 and
        .Labels["coracle.e2e"] == "busybox" and .Created == 1704164645' --arg image "$IMAGE"
}

@test "filters by reference, label, id and dangling" {
    local filter
    for filter in "{\"reference\":[\"$IMAGE\"]}" '{"label":["coracle.e2e=busybox"]}' "{\"reference\":[\"busybox\"],\"dangling\":[\"false\"]}"; do
        api GET "/libpod/images/json?filters=$(quote "$filter")"
        [ "$status" = 200 ]
        json 'any(.[]; (.RepoTags // []) | index($image) != null)' --arg image "$IMAGE"
    done
    for filter in '{"reference":["nosuch"]}' '{"label":["coracle.e2e=other"]}'; do
        api GET "/libpod/images/json?filters=$(quote "$filter")"
        json 'length == 0'
    done
    api GET "/libpod/images/json?filters=$(quote '{"colour":["red"]}')"
    refused 400 colour
}

@test "inspect tells everything about an image, by any of its names" {
    api GET "/libpod/images/$IMAGE/json"
    [ "$status" = 200 ]
    local id
    id=$(field .Id)
    json '.Architecture | length > 0'
    json '.Os == "linux" and .Config.Cmd == ["sh"] and .Labels["coracle.e2e"] == "busybox"'
    json '(.RepoTags | index($image) != null) and (.RootFS.Layers | length == 1) and (.Digest | startswith("sha256:"))' --arg image "$IMAGE"
    json '.Created | startswith("2024-01-02T03:04:05")'
    json '.History[0].created_by | length > 0'
    local name
    for name in busybox library/busybox busybox:latest "$id" "${id:0:12}" "sha256:$id" "$(quote "$IMAGE")"; do
        api GET "/libpod/images/$name/json"
        [ "$status" = 200 ]
        json '.Id == $id' --arg id "$id"
    done
}
