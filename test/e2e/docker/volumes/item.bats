load "$E2E/lib/e2e"

@test "a missing volume is a 404 that names it, and no error when its removal is forced" {
    api GET /volumes/nosuch
    refused 404 nosuch
    api DELETE /volumes/nosuch
    refused 404 nosuch
    api DELETE '/volumes/nosuch?force=true'
    [ "$status" = 204 ]
    api DELETE '/volumes/%2e%2e%2fx?force=1'
    [ "$status" = 204 ] || [ "$status" = 301 ] # dockerd sends to the clean path
}

@test "a volume in use is not removed, also not by force, and the refusal names who uses it" {
    volume=u$RANDOM$RANDOM
    docker_create "{\"HostConfig\": {\"Binds\": [\"$volume:/x\"]}}"
    for force in 0 1; do
        api DELETE "/volumes/$volume?force=$force"
        refused 409 "$volume" "$ctr"
    done
    [ "$status" = 409 ]
    api DELETE "/containers/$ctr?force=true&v=true"
    api GET "/volumes/$volume"
    [ "$status" = 200 ]
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
    api GET "/volumes/$volume"
    [ "$status" = 404 ]
}

@test "what a removed volume held does not come back with its name" {
    volume=r$RANDOM$RANDOM
    post /volumes/create "{\"Name\": \"$volume\"}"
    mountpoint=$(field .Mountpoint)
    [ "$ENGINE" != coracle ] || echo old >"$mountpoint/file"
    api DELETE "/volumes/$volume"
    [ "$status" = 204 ]
    post /volumes/create "{\"Name\": \"$volume\"}"
    [ "$ENGINE" != coracle ] || [ -z "$(ls -A "$mountpoint")" ]
    api DELETE "/volumes/$volume"
}

@test "changing a volume is for those of a swarm" {
    api PUT '/volumes/any?version=1' -H 'Content-Type: application/json' --data-binary '{"Spec":{}}'
    only_for coracle dockerd
    [ "$status" = 503 ]
    json '.message | test("swarm is unavailable")'
}

@test "creation, use and removal are told as events" {
    volume=e$RANDOM$RANDOM
    begin=$(date +%s.%N)
    post /volumes/create "{\"Name\": \"$volume\"}"
    docker_start "{\"HostConfig\": {\"Binds\": [\"$volume:/x:ro\"]}}"
    api DELETE "/containers/$ctr?force=true"
    [ "$status" = 204 ]
    api DELETE "/volumes/$volume"
    api GET "/events?since=$begin&until=$(date +%s.%N)&filters=$(quote "{\"type\":[\"volume\"],\"volume\":[\"$volume\"]}")"
    only_for coracle dockerd
    [ "$(jq -r .Action <<<"$body" | tr '\n' ' ')" = 'create mount unmount destroy ' ]
    [ "$(jq -r --arg ctr "$ctr" 'select(.Action == "mount").Actor.Attributes
        | select(.container == $ctr and .destination == "/x" and .["read/write"] == "false").driver' <<<"$body")" = local ]
    [ "$(jq -r 'select(.Action == "unmount").Actor.Attributes.container' <<<"$body")" = "$ctr" ]
}
