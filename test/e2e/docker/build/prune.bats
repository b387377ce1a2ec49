# POST /build/prune
load "$E2E/lib/e2e"

@test "there is no cache beside images, so nothing is removed" {
    only_for coracle dockerd # podman has no such route
    api POST '/build/prune?all=1&filters={"until":["1h"]}'
    [ "$status" = 200 ]
    json '. == {"CachesDeleted": null, "SpaceReclaimed": 0}'
}

@test "filters that it does not know are refused by name" {
    only_for coracle dockerd
    api POST '/build/prune?filters={"colour":["red"]}'
    refused 400 colour
    api POST '/build/prune?filters={"until":["soon"]}'
    refused 400 until soon
}
