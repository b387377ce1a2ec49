# runs alone
load "$E2E/lib/e2e"

@test "prune removes what does not run and matches, and says what it was" {
    local mark=p$BASHPID$RANDOM idle other
    create "{\"labels\":{\"mark\":\"$mark\"}}"
    idle=$ctr
    create
    other=$ctr
    start "{\"labels\":{\"mark\":\"$mark\"}}"
    api POST "/libpod/containers/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json 'map(.Id) == [$id] and .[0].Size >= 0' --arg id "$idle"
    api GET "/libpod/containers/$other/json"
    [ "$status" = 200 ]
    api POST "/libpod/containers/prune?filters=$(quote '{"until":["1"]}')"
    json '. == []'
    api POST /libpod/containers/prune
    json 'map(.Id) | index($id)' --arg id "$other"
    api GET "/libpod/containers/$ctr/json"
    json '.State.Running'
    api POST /libpod/containers/prune
    json '. == []'
}

@test "prune refuses filters that would not choose" {
    api POST "/libpod/containers/prune?filters=$(quote '{"name":["x"]}')"
    refused 400 name
    api POST "/libpod/containers/prune?filters=$(quote '{"until":["whenever"]}')"
    refused 400 whenever
}
