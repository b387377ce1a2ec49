# runs alone
load "$E2E/lib/e2e"

@test "prune removes what does not run and matches, and says what it was" {
    docker_create "{\"Labels\": {\"mark\": \"p$RANDOM$RANDOM\"}}"
    idle=$ctr
    api GET "/containers/$ctr/json"
    mark=$(field .Config.Labels.mark)
    docker_create
    other=$ctr
    docker_start "{\"Labels\": {\"mark\": \"$mark\"}}"
    api POST "/containers/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json ".ContainersDeleted == [\"$idle\"] and .SpaceReclaimed >= 0"
    api GET "/containers/$other/json"
    [ "$status" = 200 ]
    api POST /containers/prune
    json ".ContainersDeleted | index(\"$other\")"
    api GET "/containers/$ctr/json"
    json '.State.Running'
    api POST /containers/prune
    json '. == {"ContainersDeleted": null, "SpaceReclaimed": 0}'
}

@test "prune refuses filters that would not choose" {
    api POST "/containers/prune?filters=$(quote '{"name":["x"]}')"
    refused 400 name
    api POST "/containers/prune?filters=$(quote '{"until":["whenever"]}')"
    refused 400 whenever
}
