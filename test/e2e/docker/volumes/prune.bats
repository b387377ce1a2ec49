# runs alone
load "$E2E/lib/e2e"

@test "prune removes anonymous volumes that nobody uses, all of them when asked or by an old client" {
    only_for coracle dockerd # podman removes all
    mark=p$RANDOM$RANDOM
    named=$mark-named
    post /volumes/create "{\"Name\": \"$named\", \"Labels\": {\"mark\": \"$mark\"}}"
    post /volumes/create "{\"Labels\": {\"mark\": \"$mark\"}}"
    anonymous=$(field .Name)
    docker_create "{\"HostConfig\": {\"Binds\": [\"$mark-used:/x\"]}}"
    api POST "/volumes/prune?filters=$(quote "{\"label\":[\"mark=$mark\"]}")"
    [ "$status" = 200 ]
    json ".VolumesDeleted == [\"$anonymous\"] and .SpaceReclaimed == 0"
    api POST "/volumes/prune?filters=$(quote "{\"label\":[\"mark=$mark\"],\"all\":[\"true\"],\"label!\":[\"mark\"]}")"
    json '.VolumesDeleted | length == 0'
    api POST "/volumes/prune?filters=$(quote "{\"label\":[\"mark=$mark\"],\"all\":[\"true\"]}")"
    json ".VolumesDeleted == [\"$named\"]"
    post /volumes/create "{\"Name\": \"$named\"}"
    api POST /v1.41/volumes/prune
    json ".VolumesDeleted | index(\"$named\")"
    api GET "/volumes/$mark-used"
    [ "$status" = 200 ]
    api DELETE "/containers/$ctr?force=true"
    api DELETE "/volumes/$mark-used"
}

@test "prune says how much it freed" {
    only_for coracle
    volume=s$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\"}"
    head -c 5000 /dev/zero >"$(field .Mountpoint)/file"
    begin=$(date +%s.%N)
    api POST "/volumes/prune?filters=$(quote '{"all":["1"]}')"
    json ".VolumesDeleted | index(\"$volume\")"
    json '.SpaceReclaimed == 5000'
    api GET "/events?since=$begin&until=$(date +%s.%N)&filters=$(quote '{"type":["volume"],"event":["prune"]}')"
    json '.Actor.Attributes.reclaimed == "5000"'
}

@test "prune refuses filters that would not choose" {
    for filter in name until dangling; do
        api POST "/volumes/prune?filters=$(quote "{\"$filter\":[\"true\"]}")"
        refused 400 "$filter"
    done
    api POST "/volumes/prune?filters=$(quote '{"all":["maybe"]}')"
    refused 400 all maybe
    api POST "/v1.41/volumes/prune?filters=$(quote '{"all":["false"]}')"
    refused 400 all
}

@test "prune leaves volumes of plugins alone" {
    only_for coracle
    load "$E2E/lib/plugins"
    plugin_start
    v=v$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$v\", \"Driver\": \"$plugin\"}"
    [ "$status" = 201 ]
    api POST "/volumes/prune?filters=$(quote '{"all":["true"]}')"
    [ "$status" = 200 ]
    api GET "/volumes/$v"
    [ "$status" = 200 ]
    api POST /libpod/volumes/prune
    json 'any(.Id == $v)' --arg v "$v"
    [ ! -e "$shelf/volumes/$v" ]
}
